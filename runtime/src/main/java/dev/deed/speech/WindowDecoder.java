package dev.deed.speech;

import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Token;
import dev.deed.settings.SpeechTokens;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.value.Finish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the windows of one recording: with one temperature after the other until no threshold
 * refuses the answer, and behind the text of those before where that is wanted. Belongs to one
 * thread.
 */
final class WindowDecoder {
  /** From this temperature on a text is too random to go on from. */
  private static final double TOO_RANDOM = 0.5;

  private final EngineQuestions questions;
  private final SpeechModel speech;
  private final SpeechTokens tokens;
  private final TranscriptionOptions options;

  /** Whether the answers hold timestamps. */
  private final boolean timestamps;

  private final PredictedText predicted;

  /** What stands before every window, and what may stand before the next one. */
  private List<Integer> hotwords = List.of();

  private List<Integer> before = List.of();

  /**
   * @param options of {@link FolderDefaults#under}
   */
  WindowDecoder(
      EngineQuestions questions,
      SpeechModel speech,
      TranscriptionOptions options,
      boolean timestamps) {
    this.questions = questions;
    this.speech = speech;
    this.tokens = speech.tokens();
    this.options = options;
    this.timestamps = timestamps;
    this.predicted = new PredictedText(options.generation().prediction());
  }

  /**
   * Begins with the window behind some text.
   *
   * @param words stand before every window
   * @param previous may stand before the first
   * @param spoken text of the windows before it
   */
  void begin(List<Integer> words, List<Integer> previous, String spoken) {
    hotwords = words;
    before = List.copyOf(previous);
    predicted.answered(spoken);
  }

  /** Whether answers hold timestamps. */
  boolean timestamps() {
    return timestamps;
  }

  TranscriptionOptions options() {
    return options;
  }

  /** Tokens that may stand before the next window. */
  List<Integer> previous() {
    return before;
  }

  /** The code of the language that a window is in. */
  String language(Input window) {
    Token best =
        questions.choose(window, List.of(tokens.start()), List.copyOf(tokens.languages().values()));
    return tokens.languageOf(best.id());
  }

  /**
   * What a window was decoded to.
   *
   * @param window its tokens and how good they are
   * @param answer that they come from
   * @param isWhole whether the encoder read all that may be read of it
   */
  record Decoded(DecodedWindow window, EngineQuestions.Answer answer, boolean isWhole) {}

  /**
   * The answer to a window; null where nobody speaks in it. Where all temperatures are refused, the
   * first answer that does not repeat itself stays: later ones are drawn more at random. An answer
   * to a part of the window counts only where nothing speaks against it.
   *
   * @param windows what the encoder reads of it: a part where that is tried, then all
   * @param textRatio how many times smaller the text of tokens becomes where it repeats itself
   */
  @Nullable Decoded decode(
      List<Input> windows, String language, ToDoubleFunction<List<Token>> textRatio) {
    Input window = windows.getFirst();
    boolean isWhole = windows.size() == 1;
    List<Integer> earlier = earlier();
    List<Integer> prefix = new ArrayList<>(earlier);
    SpeechTask task = Objects.requireNonNull(options.task());
    prefix.addAll(tokens.prefix(language, task.spelling(), timestamps));
    Thresholds thresholds = options.thresholds();
    Double noSpeech = null;
    List<Decoded> refused = new ArrayList<>();
    for (double temperature : options.temperatures()) {
      EngineQuestions.Answer answer =
          questions.ask(window, prefix, settings(prefix.size(), temperature));
      DecodedWindow decoded = DecodedWindow.of(answer.generation(), tokens, temperature, textRatio);
      boolean isCut = answer.generation().finish() == Finish.LENGTH;
      if (!isWhole && (isCut || decoded.isPoor(thresholds))) {
        return decode(windows.subList(1, windows.size()), language, textRatio);
      }
      if (noSpeech == null && readsNoSpeech(decoded)) {
        noSpeech = noSpeech(window, earlier);
      }
      decoded = decoded.withNoSpeech(noSpeech);
      if (!decoded.isPoor(thresholds)) {
        return decoded.holdsNoSpeech(thresholds) ? null : new Decoded(decoded, answer, isWhole);
      }
      refused.add(new Decoded(decoded, answer, isWhole));
    }
    return refused.stream()
        .filter(one -> !one.window().repeats(thresholds))
        .findFirst()
        .orElseGet(refused::getLast);
  }

  /**
   * What stands in front of a window: hotwords, and as much of the text before as half the
   * speech.positions() hold beside them.
   */
  private List<Integer> earlier() {
    Integer previous = tokens.previous();
    int most = speech.positions() / 2 - 1 - hotwords.size();
    if (before.isEmpty() && hotwords.isEmpty() || previous == null || most < 0) {
      return List.of();
    }
    List<Integer> earlier = new ArrayList<>(List.of(previous));
    earlier.addAll(hotwords);
    earlier.addAll(before.subList(Math.max(0, before.size() - most), before.size()));
    return earlier;
  }

  /**
   * Whether somebody reads how probable it is that nobody speaks: the caller, or the threshold,
   * which looks at improbable answers alone where there is one for those.
   */
  private boolean readsNoSpeech(DecodedWindow decoded) {
    Double least = options.thresholds().logProbability();
    return options.thresholds().noSpeech() != null
        && (options.generation().logProbabilities()
            || least == null
            || decoded.isImprobable(least));
  }

  private double noSpeech(Input window, List<Integer> earlier) {
    List<Integer> prefix = new ArrayList<>(earlier);
    prefix.add(tokens.start());
    Token silent = questions.choose(window, prefix, List.of(tokens.noSpeech()));
    return StrictMath.exp(silent.logProbability());
  }

  private GenerationOptions settings(int prefix, double temperature) {
    GenerationOptions generation = options.generation();
    // A threshold, too, reads the mean of a window's log-probabilities.
    boolean wanted = generation.logProbabilities() || options.thresholds().logProbability() != null;
    Map<String, @Nullable Object> own = new HashMap<>();
    own.put("no_timestamps_token_id", tokens.plain());
    own.put("return_timestamps", timestamps);
    own.put("num_return_sequences", 1);
    own.put("max_length", null);
    own.put("max_new_tokens", speech.positions() - prefix);
    own.put("do_sample", temperature > 0);
    own.put("temperature", temperature > 0 ? temperature : null);
    if (temperature > 0) {
      own.put("num_beams", 1);
    }
    return generation
        .withLogProbabilities(wanted)
        .withPrediction(predicted.next())
        .withSettings(own);
  }

  void remember(DecodedWindow window, List<WindowSegments.Piece> pieces) {
    pieces.forEach(piece -> predicted.answered(speech.textOf(piece.tokens())));
    boolean conditioned = Boolean.TRUE.equals(options.conditioned());
    if (!conditioned || window.temperature() >= TOO_RANDOM) {
      before = List.of();
      return;
    }
    List<Integer> all = new ArrayList<>(before);
    pieces.forEach(piece -> all.addAll(tokens(piece)));
    before = List.copyOf(all.subList(Math.max(0, all.size() - speech.positions()), all.size()));
  }

  /** The last piece of a window ends with a pair of timestamps, of which one counts. */
  private List<Integer> tokens(WindowSegments.Piece piece) {
    List<Integer> ids = piece.tokens().stream().map(Token::id).toList();
    int size = ids.size();
    return size > 2 && tokens.isTimestamp(ids.get(size - 2)) ? ids.subList(0, size - 1) : ids;
  }

  /**
   * What a transcript is expected to be, and where in it the next window begins: behind the last
   * words that were said, where these stand about as many characters on as were said. Belongs to
   * one thread.
   */
  private static final class PredictedText {
    /** Characters that a window is told of: more than its tokens spell. */
    private static final int WINDOW = 4096;

    private static final int LAST_WORDS = 16;
    private static final int NEAR = 1024;

    private final @Nullable String text;
    private int at;

    PredictedText(@Nullable String text) {
      this.text = text;
    }

    /** What the next window is expected to say; null where nothing was predicted. */
    @Nullable String next() {
      return text == null
          ? null
          : text.substring(whole(text, at), whole(text, Math.min(text.length(), at + WINDOW)));
    }

    /** A place that parts no character. */
    private static int whole(String text, int place) {
      boolean parts = place < text.length() && Character.isLowSurrogate(text.charAt(place));
      return parts ? place + 1 : place;
    }

    /** Takes what a window said. */
    void answered(String window) {
      if (text != null) {
        String words = window.substring(Math.max(0, window.length() - LAST_WORDS));
        int expected = Math.min(text.length(), at + window.length());
        int found = text.indexOf(words, Math.max(at, expected - NEAR - words.length()));
        at = found >= 0 && found <= expected + NEAR ? found + words.length() : expected;
      }
    }
  }
}
