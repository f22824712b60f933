package dev.deed.speech;

import dev.deed.Input;
import dev.deed.decode.SourceAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds the words of a known text in the windows of a recording. The words that may be said in a
 * window run through the decoder, all at once. A word is said where the sound makes its tokens more
 * probable than silence does; attention then tells when. Where a window holds something else it is
 * decoded, and its words tell where in the text it is. Belongs to one thread.
 */
final class TextWindows implements RecordingWindows {
  /** Of the silence that words are compared with, in positions of the encoder. */
  private static final int SILENT_POSITIONS = 50;

  /** Log-mel of silence. */
  private static final float SILENT = -1.5f;

  /** What a token that nobody says gains or loses by the sound stays below this, in nats. */
  private static final double LEAST_GAIN = 1;

  /** What it costs to take the words behind for unsaid, or for said again. */
  private static final double CHANGE = 4;

  /** Nats that the words of a second of speech gain at least where the window holds them. */
  private static final double GAIN_OF_SECOND = 2;

  /** Tokens of a second of speech, most often no more. */
  private static final double USUAL_TOKENS = 4.5;

  private static final int FIRST_TOKENS = 24;
  private static final double LONGEST_WORD = 3;
  private static final double LEFT_SECONDS = 2;

  /** By how much attention may be wrong on when a word is said. */
  private static final double LATER_SECONDS = 1.5;

  /** Words that tell where in the text they are, and how many may lack before them. */
  private static final int RUN = 3;

  private static final int NEAR = 2;

  private final SpeechModel speech;
  private final RecordedFrames frames;
  private final EngineQuestions questions;
  private final WindowDecoder decoder;
  private final WordTimes.AlignmentHeads heads;
  private final String language;
  private final List<KnownText.Word> words;
  private final int[] prefix;
  private final Input silence;
  private final int step;

  /** Where the {@link #runs} of the text begin. */
  private final Map<String, List<Integer>> places = new HashMap<>();

  /** The first word that may be said next. */
  private int next;

  /**
   * @param decoder of windows that hold something else
   * @param language code
   * @param next number of the first word that may be said
   */
  TextWindows(
      SpeechModel speech,
      RecordedFrames frames,
      EngineQuestions questions,
      WindowDecoder decoder,
      String language,
      List<KnownText.Word> words,
      int next) {
    this.speech = speech;
    this.frames = frames.byVoices();
    this.questions = questions;
    this.decoder = decoder;
    this.heads = WordTimes.AlignmentHeads.of(speech.model());
    this.language = language;
    this.words = words;
    this.next = next;
    List<String> runs = runs(words);
    for (int i = 0; i < runs.size(); i++) {
      places.computeIfAbsent(runs.get(i), _ -> new ArrayList<>()).add(i);
    }
    this.prefix =
        speech.tokens().prefix(language, SpeechTask.TRANSCRIBE.spelling(), false).stream()
            .mapToInt(Integer::intValue)
            .toArray();
    this.step = frames.windowFrames() / speech.steps();
    int bins = speech.sounds().bins();
    int silent = step * Math.min(SILENT_POSITIONS, speech.steps());
    float[] features = new float[bins * silent];
    Arrays.fill(features, SILENT);
    Input input = Input.empty().withTensor("input_features", features, List.of(bins, silent));
    this.silence = speech.model().internals().keepingOutput(input);
  }

  /**
   * What is said of the text in a window.
   *
   * @param words from the first that may be said to the last that is
   * @param gain nats that the sound gives them
   * @param end where the last one ends, in frames of the window
   */
  private record Stretch(List<TranscriptWord> words, double gain, int end) {}

  @Override
  public int window(int seek, List<TranscriptSegment> into) {
    int count = frames.framesFrom(seek, frames.windowFrames());
    if (frames.isSilent(seek, count) || next == words.size()) {
      return count;
    }
    Input window =
        speech.model().internals().keepingOutput(frames.input(seek, count, frames.windowFrames()));
    // The engine encodes it, in turn with what others ask.
    questions.choose(window, List.of(speech.tokens().start()), List.of(speech.tokens().noSpeech()));
    double voiced = speech.seconds(frames.voiced(seek, seek + count));
    Stretch stretch = stretch(window, seek, count, voiced, next);
    int begin = next;
    if (stretch.gain < GAIN_OF_SECOND * voiced) {
      begin = place(window);
      if (begin > next) {
        stretch = stretch(window, seek, count, voiced, begin);
      }
    }
    if (begin < 0 || stretch.words.isEmpty()) {
      return count;
    }
    List<TranscriptWord> found = new ArrayList<>();
    words.subList(next, begin).forEach(word -> found.add(unsaid(word)));
    found.addAll(stretch.words);
    next = begin + stretch.words.size();
    into.add(segment(found, frames.spoken().inRecording(seek)));
    double left = speech.seconds(frames.voiced(seek + stretch.end, seek + count));
    boolean goesOn = left > LEFT_SECONDS && stretch.end > count / 4 && next < words.size();
    return goesOn ? stretch.end : count;
  }

  private Stretch stretch(Input window, int seek, int count, double voiced, int first) {
    int room = Math.min(speech.positions() - prefix.length - 1, words.size() * 64);
    int most = Math.min(room, FIRST_TOKENS + (int) (USUAL_TOKENS * voiced));
    return speech.model().internals().beside(() -> force(window, seek, count, first, most));
  }

  private Stretch force(Input window, int seek, int count, int first, int most) {
    List<Integer> tokens = new ArrayList<>();
    List<Integer> begins = new ArrayList<>();
    int end = first;
    while (end < words.size() && tokens.size() + words.get(end).tokens().size() <= most) {
      begins.add(tokens.size());
      tokens.addAll(words.get(end++).tokens());
    }
    begins.add(tokens.size());
    if (end == first) {
      return new Stretch(List.of(), 0, 0);
    }
    int[] inputs =
        IntStream.concat(Arrays.stream(prefix), tokens.stream().mapToInt(id -> id)).toArray();
    List<float[]> weights = new ArrayList<>();
    int[] positions = new int[1];
    List<Double> heard =
        forced(
            window,
            inputs,
            heads.heads(),
            (head, size) -> {
              weights.add(head);
              positions[0] = size;
            });
    List<Double> unheard = forced(silence, inputs, List.of(), (_, _) -> {});
    double[] gains = new double[end - first];
    for (int word = 0; word < gains.length; word++) {
      for (int i = begins.get(word); i < begins.get(word + 1); i++) {
        gains[word] +=
            heard.get(i) - unheard.get(i) - LEAST_GAIN * (1 - StrictMath.exp(heard.get(i)));
      }
    }
    int[] places = places(begins, weights, positions[0]);
    boolean[] isSaid = saidOf(gains, places, LATER_SECONDS / speech.seconds(step));
    double gain = 0;
    List<Integer> rows = new ArrayList<>();
    int[] at = new int[isSaid.length];
    for (int word = 0; word < isSaid.length; word++) {
      if (isSaid[word]) {
        gain += gains[word];
        // A row looks where the token behind it is said.
        at[word] = rows.size();
        for (int i = begins.get(word); i < begins.get(word + 1); i++) {
          rows.add(i);
        }
        if (word + 1 == isSaid.length || !isSaid[word + 1]) {
          rows.add(begins.get(word + 1));
        }
      }
    }
    if (rows.isEmpty()) {
      return new Stretch(List.of(), 0, 0);
    }
    int[] steps = steps(rows, weights, positions[0], Math.max(1, count / step));
    List<TranscriptWord> found = new ArrayList<>();
    int last = 0;
    for (int word = 0; word < isSaid.length; word++) {
      KnownText.Word known = words.get(first + word);
      if (isSaid[word]) {
        int size = known.tokens().size();
        double sum = 0;
        for (int i = begins.get(word); i < begins.get(word + 1); i++) {
          sum += heard.get(i);
        }
        last = steps[at[word] + size] * step;
        found.add(
            timed(known, seek + steps[at[word]] * step, seek + last, StrictMath.exp(sum / size)));
      } else {
        found.add(unsaid(known));
      }
    }
    return new Stretch(found, gain, last);
  }

  private List<Double> forced(
      Input window,
      int[] inputs,
      List<SourceAttention.Head> wanted,
      SourceAttention.Visitor visitor) {
    return speech
        .model()
        .internals()
        .forced(window.withDecoderPrefix(inputs), prefix.length - 1, wanted, visitor);
  }

  /** Where in the window each word looks most, in steps: the median of it and its neighbours. */
  private static int[] places(List<Integer> begins, List<float[]> weights, int positions) {
    int[] peaks = new int[begins.size() - 1];
    for (int word = 0; word < peaks.length; word++) {
      float[] sum = new float[positions];
      for (float[] head : weights) {
        for (int at = begins.get(word) * positions; at < begins.get(word + 1) * positions; at++) {
          sum[at % positions] += head[at];
        }
      }
      for (int i = 1; i < positions; i++) {
        peaks[word] = sum[i] > sum[peaks[word]] ? i : peaks[word];
      }
    }
    int[] places = peaks.clone();
    for (int word = 1; word + 1 < peaks.length; word++) {
      int low = Math.min(peaks[word - 1], peaks[word + 1]);
      places[word] = Math.clamp(peaks[word], low, Math.max(peaks[word - 1], peaks[word + 1]));
    }
    return places;
  }

  /**
   * Which words are said, up to the last of them: the most probable course of said and unsaid ones,
   * by Viterbi's algorithm. A word that looks where earlier ones are said is not said again.
   *
   * @param places where words look, in steps
   * @param near steps by which these may be wrong
   */
  static boolean[] saidOf(double[] gains, int[] places, double near) {
    boolean[][] cameSaid = new boolean[2][gains.length];
    double score = 0;
    double unsaid = -CHANGE;
    int latest = 0;
    int left = 0;
    double best = 0;
    int end = 0;
    for (int i = 0; i < gains.length; i++) {
      double stays = score - (places[i] < latest - near ? CHANGE : 0);
      double again = unsaid - CHANGE - (places[i] < left - near ? CHANGE : 0);
      cameSaid[1][i] = stays >= again;
      cameSaid[0][i] = score - CHANGE > unsaid;
      if (cameSaid[0][i]) {
        unsaid = score - CHANGE;
        left = latest;
      }
      score = Math.max(stays, again) + gains[i];
      latest = Math.max(cameSaid[1][i] ? latest : left, places[i]);
      if (score > best) {
        best = score;
        end = i + 1;
      }
    }
    boolean[] all = new boolean[end];
    int state = 1;
    for (int i = end - 1; i >= 0; i--) {
      all[i] = state == 1;
      state = cameSaid[state][i] ? 1 : 0;
    }
    return all;
  }

  /** When what some rows look at begins. */
  private int[] steps(List<Integer> rows, List<float[]> weights, int positions, int steps) {
    TokenAlignment alignment = new TokenAlignment(rows.size(), steps, heads.filter());
    for (float[] head : weights) {
      float[] some = new float[rows.size() * positions];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(head, rows.get(i) * positions, some, i * positions, positions);
      }
      alignment.add(some, positions);
    }
    return alignment.begins();
  }

  /** A word without the pauses around it. */
  private TranscriptWord timed(KnownText.Word word, int start, int end, double probability) {
    int last = Math.min(end, start + (int) (LONGEST_WORD / speech.seconds(1)));
    int voice = frames.heard().nextSetBit(start);
    int from = voice >= 0 && voice < last ? voice : start;
    int quiet = frames.heard().previousSetBit(Math.max(0, last - 1)) + 1;
    SpokenFrames.Times times =
        frames.spoken().ofWord(from, quiet > from ? Math.min(quiet, last) : last);
    return new TranscriptWord(
        word.text(), speech.seconds(times.start()), speech.seconds(times.end()), probability);
  }

  private static TranscriptWord unsaid(KnownText.Word word) {
    return new TranscriptWord(word.text(), Double.NaN, Double.NaN, Double.NaN);
  }

  /**
   * The word with which a window begins, by what it is decoded to: most of its runs of three words
   * stand there in the text. −1: nowhere behind the words that were found.
   */
  private int place(Input window) {
    WindowDecoder.Decoded decoded =
        decoder.decode(
            List.of(window),
            language,
            tokens -> DecodedWindow.compressionRatio(speech.textOf(tokens)));
    if (decoded == null) {
      return -1;
    }
    String text = speech.textOf(decoded.window().tokens());
    List<String> heard = runs(KnownText.words(text, speech.tokenizer(), language));
    Map<Integer, Integer> votes = new TreeMap<>();
    for (int i = 0; i < heard.size(); i++) {
      for (int place : places.getOrDefault(heard.get(i), List.of())) {
        for (int near = -NEAR; near <= NEAR && place >= next; near++) {
          votes.merge(Math.max(next, place - i + near), 1, Integer::sum);
        }
      }
    }
    int best = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return 2 * best < heard.size()
        ? -1
        : votes.entrySet().stream()
            .filter(one -> one.getValue() == best)
            .findFirst()
            .orElseThrow()
            .getKey();
  }

  /** Each word with the two behind it, without signs and capitals. */
  private static List<String> runs(List<KnownText.Word> words) {
    List<String> bare =
        words.stream()
            .map(one -> one.text().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{M}\\p{N}]", ""))
            .toList();
    return IntStream.rangeClosed(0, bare.size() - RUN)
        .mapToObj(i -> String.join(" ", bare.subList(i, i + RUN)))
        .toList();
  }

  private static TranscriptSegment segment(List<TranscriptWord> words, int seek) {
    String text = words.stream().map(TranscriptWord::word).collect(Collectors.joining(" "));
    return segment(text, words, seek);
  }

  /** A part of a known text; its times are NaN where none of its words is said. */
  static TranscriptSegment segment(String text, List<TranscriptWord> words, int seek) {
    List<TranscriptWord> score = words.stream().filter(TranscriptWord::hasTimes).toList();
    return new TranscriptSegment(
        score.isEmpty() ? Double.NaN : score.getFirst().start(),
        score.isEmpty() ? Double.NaN : score.getLast().end(),
        text,
        List.of(),
        null,
        seek,
        0,
        score.stream()
            .mapToDouble(word -> StrictMath.log(word.probability()))
            .average()
            .orElse(Double.NaN),
        DecodedWindow.compressionRatio(text),
        words,
        null);
  }

  /** The segments of a text, whose words were found; those that were not reached nobody says. */
  static List<TranscriptSegment> segments(KnownText text, List<TranscriptWord> found) {
    List<TranscriptSegment> all = new ArrayList<>();
    int at = 0;
    for (KnownText.Segment one : text.segments()) {
      List<TranscriptWord> own = new ArrayList<>();
      for (KnownText.Word word : one.words()) {
        own.add(at < found.size() ? found.get(at) : unsaid(word));
        at++;
      }
      all.add(segment(one.text(), own, 0));
    }
    return all;
  }
}
