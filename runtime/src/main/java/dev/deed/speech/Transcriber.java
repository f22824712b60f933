package dev.deed.speech;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.Token;
import dev.deed.files.Interruption;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.speech.SpokenFrames.Times;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.value.Effort;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what is said in recordings of any length. A window of the length that the model reads
 * is decoded after the other; the timestamps of each tell where the next begins. Every window is a
 * request of its own in the engine: transcribe several recordings from as many threads, and their
 * windows run as one batch. Safe for use from many threads.
 *
 * <p>Windows hold what {@link VoiceActivity} takes for speech, and end in its pauses; times are
 * those of the recording. A poor answer is decoded again with the next temperature ({@link
 * TranscriptionOptions.Thresholds}).
 */
public final class Transcriber {
  private final EncoderDecoderModel model;
  private final WindowQueue queue;
  private final LogMelProcessor sounds;
  private final Tokenizer tokenizer;
  private final SpeechTokens tokens;
  private final FolderDefaults defaults;

  /** Most decoder inputs and tokens of a window together. */
  private final int positions;

  /** Positions of the encoder in a window: each is a step of the timestamps. */
  private final int steps;

  private Transcriber(EncoderDecoderModel model, WindowQueue queue) {
    ModelInternals internals = model.internals();
    String folder = internals.folder().path().toString();
    InputException.require(
        !internals.inputs().contains(Part.SAMPLES),
        folder,
        "writes no timestamps, so a recording cannot be cut into windows by them",
        "run deed generate with --audio, a minute of sound at most, or give a Whisper model");
    InputException.require(
        internals.inputs().contains(Part.SPECTROGRAM),
        folder,
        "takes no sound",
        "give a Whisper model");
    LogMelProcessor processor = internals.sounds();
    if (processor == null) {
      throw new InputException(
          folder, "holds no preprocessor_config.json", "add the file of its checkpoint");
    }
    Tokenizer own = internals.tokenizer();
    if (own == null) {
      throw new InputException(folder, "holds no tokenizer", "add the files of its checkpoint");
    }
    this.model = model;
    this.queue = queue;
    this.sounds = processor;
    this.tokenizer = own;
    this.tokens = SpeechTokens.of(model, own);
    this.defaults = new FolderDefaults(folder, model.generationDefaults());
    int most = internals.spec().decoder().positions().most();
    this.positions =
        model.generationDefaults().get("max_length") instanceof Integer length
            ? Math.min(most, length)
            : most;
    this.steps = internals.spec().encoder().positions().most();
  }

  /**
   * {@return a transcriber by the model of an engine}
   *
   * @param engine stays the caller's, who closes it after the last transcript
   * @throws InputException when the model takes no sound, writes no timestamps, or its folder lacks
   *     what tells how
   */
  public static Transcriber of(Engine engine) {
    return of(engine.model(), WindowQueue.of(engine));
  }

  /**
   * {@return a transcriber by a model}
   *
   * @param model an open model, which stays the caller's
   * @param queue takes the windows of recordings, for an engine of that model
   * @throws InputException as {@link #of(Engine)} does
   */
  public static Transcriber of(EncoderDecoderModel model, WindowQueue queue) {
    return new Transcriber(model, queue);
  }

  /** {@return the codes of the languages that the model can be told; none of an English model} */
  public List<String> languages() {
    return List.copyOf(tokens.languages().keySet());
  }

  /**
   * Checks options without a recording: throws what {@link #transcribe} would throw for each.
   *
   * @param options how to transcribe
   * @throws InputException when they do not suit the model
   */
  public void check(TranscriptionOptions options) {
    TranscriptionOptions all = defaults.under(options);
    String language = all.language() == null ? SpeechTokens.ONLY : tokens.language(all.language());
    tokens.prefix(language, Objects.requireNonNull(all.task()), all.timestamps());
    before("prompt", all.prompt(), 4 * positions);
    hotwords(all);
    words(all);
    model.check(all.generation());
  }

  /**
   * Reads a recording ahead of its transcription, on this thread. The spectrogram made of it stays
   * in memory as long as the result does.
   *
   * @param recording what to listen to
   * @param options how it will be transcribed
   * @return the same recording, which is not read again
   * @throws InputException when it cannot be read, or lasts too long
   * @throws CancellationException when the thread is interrupted
   */
  public Recording read(Recording recording, TranscriptionOptions options) {
    return read(recording, options, Interruption.OF_THREAD::isRequested);
  }

  /**
   * Reads a recording ahead as long as somebody wants it.
   *
   * @param recording what to listen to
   * @param options how it will be transcribed
   * @param isUnwanted asked on this thread, many times a second; reading goes on when it has
   *     answered
   * @return the same recording, which is not read again
   * @throws InputException when it cannot be read, or lasts too long
   * @throws CancellationException when nobody wants it any more
   */
  public Recording read(
      Recording recording, TranscriptionOptions options, BooleanSupplier isUnwanted) {
    return recording.readFor(sounds, options, isUnwanted::getAsBoolean);
  }

  /**
   * Transcribes a recording. An interruption of the thread stops it.
   *
   * @param recording what to listen to
   * @param options how
   * @return what was said
   * @throws InputException when the recording cannot be read, or the options do not suit the model
   * @throws dev.deed.EngineFullException when the engine has no place for it, or is closed
   * @throws CancellationException when the thread is interrupted
   */
  public Transcript transcribe(Recording recording, TranscriptionOptions options) {
    return transcribe(recording, options, _ -> true);
  }

  /**
   * Transcribes a recording and tells a listener of every window.
   *
   * @param recording what to listen to
   * @param options how
   * @param listener hears how far it is, on this thread, and may stop it
   * @return what was said
   * @throws CancellationException when the thread is interrupted, or the listener stops it
   */
  public Transcript transcribe(
      Recording recording, TranscriptionOptions options, TranscriptionListener listener) {
    return transcribe(recording, options, listener, null);
  }

  /**
   * Goes on with a transcription that was stopped. With the same recording and options the
   * transcript is the one that it would have given.
   *
   * @param recording what to listen to
   * @param options how
   * @param listener called on this thread after each window that follows; may stop it
   * @param earlier what it gave; null: nothing yet
   * @return what was said
   * @throws InputException also when {@code earlier} is no part of it
   */
  public Transcript transcribe(
      Recording recording,
      TranscriptionOptions options,
      TranscriptionListener listener,
      @Nullable PartialTranscript earlier) {
    Objects.requireNonNull(listener, "listener");
    check(Objects.requireNonNull(options, "options"));
    List<RecordedFrames> channels = recording.channels(sounds, options, Interruption.OF_THREAD);
    return new Run(channels, defaults.under(options)).all(earlier, listener);
  }

  private List<Integer> hotwords(TranscriptionOptions options) {
    // Text before a window takes half of the positions.
    return before("hotwords", options.hotwords(), Math.max(1, positions / 2 - 1));
  }

  /** Tokens of a text that is to stand before a window. */
  private List<Integer> before(String field, @Nullable String text, int most) {
    if (text == null || text.isBlank()) {
      return List.of();
    }
    InputException.requireField(
        tokens.previous() != null,
        field,
        "this model has no token for the text before a window",
        "leave it out");
    TokenLimit limit = new TokenLimit(field, most, "shorten it");
    // What is said begins with a blank.
    return Arrays.stream(tokenizer.encode(" " + text.strip(), false, limit)).boxed().toList();
  }

  /** What finds times of words; null where they are not asked for. */
  private @Nullable WordTimes words(TranscriptionOptions options) {
    return options.wordTimes() ? new WordTimes(model, tokens, tokenizer) : null;
  }

  /** The windows of one recording, one after the other; one channel after the other. */
  private final class Run {
    private final List<RecordedFrames> channels;
    private final TranscriptionOptions options;
    private final EngineQuestions questions = new EngineQuestions(queue);
    private final @Nullable WordTimes words;
    private final List<TranscriptSegment> segments = new ArrayList<>();

    Run(List<RecordedFrames> channels, TranscriptionOptions options) {
      this.channels = channels;
      this.options = options;
      this.words = words(options);
    }

    /** Whether windows are decoded with timestamps; those of a short recording may go without. */
    private boolean timestamps(RecordedFrames frames) {
      return options.timestamps()
          || options.wordTimes()
          || options.channels() == Channels.SPLIT
          || frames.frames() > frames.windowFrames();
    }

    private WindowDecoder decoder(RecordedFrames frames) {
      return new WindowDecoder(
          questions, tokens, options, positions, timestamps(frames), Transcriber.this::text);
    }

    Transcript all(@Nullable PartialTranscript earlier, TranscriptionListener listener) {
      RecordedFrames any = channels.getFirst();
      List<Integer> prompt = before("prompt", options.prompt(), 4 * positions);
      WindowEnd last =
          earlier == null
              ? new WindowEnd(0, 0, any.seconds(), language(), prompt, Effort.NONE, null)
              : earlier.end();
      InputException.require(
          last.seconds() == any.seconds()
              && last.frame() >= 0
              && last.channel() >= 0
              && last.channel() < channels.size(),
          "earlier transcript",
          "is of a recording of " + last.seconds() + " s, not of " + any.seconds() + " s",
          "give the recording that it is of");
      segments.addAll(earlier == null ? List.of() : earlier.segments());
      questions.resume(last.effort(), last.drafts());
      String language = tokens.language(last.language());
      for (int channel = last.channel(); channel < channels.size(); channel++) {
        boolean resumes = channel == last.channel();
        WindowDecoder decoder = decoder(channels.get(channel));
        decoder.begin(hotwords(options), resumes ? last.previous() : prompt);
        new ChannelRun(channel, decoder, language).all(resumes ? last.frame() : 0, listener);
      }
      // A stable sort: what begins at once stays in the order of channels.
      segments.sort(Comparator.comparingDouble(TranscriptSegment::start));
      return new Transcript(
          language,
          Objects.requireNonNull(options.task()),
          any.seconds(),
          segments,
          questions.effort(),
          questions.drafts(),
          any.missing());
    }

    /** That of the first window in which somebody speaks. */
    private String language() {
      String stated = options.language();
      if (stated != null) {
        return tokens.language(stated);
      }
      return channels.stream()
          .filter(one -> tokens.choosesLanguage() && one.frames() > 0)
          .findFirst()
          .map(one -> decoder(one).language(input(one, 0)))
          .orElse(SpeechTokens.ONLY);
    }

    private Input input(RecordedFrames frames, int seek) {
      Input window =
          Input.empty().withTensor("input_features", frames.window(seek), frames.shape());
      return words == null ? window : model.internals().keepingOutput(window);
    }

    /** The windows of a channel. */
    private final class ChannelRun {
      private final int channel;
      private final RecordedFrames frames;
      private final WindowDecoder decoder;
      private final String language;

      /** Frames of a step of timestamps. */
      private final int step;

      ChannelRun(int channel, WindowDecoder decoder, String language) {
        this.channel = channel;
        this.frames = channels.get(channel);
        this.decoder = decoder;
        this.language = language;
        this.step = frames.windowFrames() / steps;
      }

      void all(int inRecording, TranscriptionListener listener) {
        int seek = frames.spoken().from(inRecording);
        while (seek < frames.frames()) {
          List<TranscriptSegment> more = new ArrayList<>();
          seek += window(seek, more);
          segments.addAll(more);
          boolean ends = seek >= frames.frames();
          int at = ends ? Integer.MAX_VALUE : frames.spoken().inRecording(seek);
          double done = (channel * frames.seconds() + (ends ? frames.seconds() : seconds(at)));
          WindowEnd end =
              new WindowEnd(
                  channel,
                  at,
                  frames.seconds(),
                  language,
                  decoder.previous(),
                  questions.effort(),
                  questions.drafts());
          Progress progress =
              new Progress(more, language, done / channels.size(), frames.seconds(), end);
          if (!listener.window(progress)) {
            throw new CancellationException("stopped: the transcript is not whole; run it again");
          }
        }
      }

      /** Adds what a window gives, and says how many frames behind it the next begins. */
      private int window(int seek, List<TranscriptSegment> into) {
        int count = frames.framesFrom(seek);
        WindowDecoder.Decoded decoded =
            frames.isSilent(seek) ? null : decoder.decode(input(frames, seek), language);
        if (decoded == null || decoded.window().tokens().isEmpty()) {
          return count;
        }
        DecodedWindow answer = decoded.window();
        WindowSegments cut =
            timestamps(frames)
                ? WindowSegments.of(answer.tokens(), tokens.firstTimestamp(), count, step)
                : WindowSegments.without(answer.tokens(), count, step);
        List<List<WordTimes.Timed>> said =
            words == null
                ? Collections.nCopies(cut.pieces().size(), List.of())
                : model
                    .internals()
                    .beside(() -> words.of(decoded.answer(), cut.pieces(), count / step, language));
        for (int i = 0; i < cut.pieces().size(); i++) {
          into.add(segment(cut.pieces().get(i), said.get(i), seek, answer));
        }
        decoder.remember(answer, cut.pieces());
        return cut.advance();
      }

      /** Times are those of its words where they are known. */
      private TranscriptSegment segment(
          WindowSegments.Piece piece, List<WordTimes.Timed> said, int seek, DecodedWindow answer) {
        SpokenFrames spoken = frames.spoken();
        List<TranscriptWord> heard = new ArrayList<>();
        for (WordTimes.Timed word : said) {
          Times times = spoken.ofWord(seek + word.start() * step, seek + word.end() * step);
          heard.add(new TranscriptWord(word.text(), seconds(times.start()), seconds(times.end())));
        }
        Times times = spoken.ofSegment(seek + piece.start() * step, seek + piece.end() * step);
        return new TranscriptSegment(
            heard.isEmpty() ? seconds(times.start()) : heard.getFirst().latestStart(),
            heard.isEmpty() ? seconds(times.end()) : heard.getLast().earliestEnd(),
            text(piece.tokens()),
            piece.tokens(),
            options.channels() == Channels.SPLIT ? channel : null,
            spoken.inRecording(seek),
            answer.temperature(),
            answer.meanLogProbability(),
            answer.compressionRatio(),
            heard,
            answer.noSpeech());
      }
    }
  }

  private double seconds(int frame) {
    return (double) frame * sounds.hop() / sounds.rate();
  }

  private String text(List<Token> piece) {
    int[] ids = piece.stream().mapToInt(Token::id).filter(id -> !tokens.isTimestamp(id)).toArray();
    return tokenizer.decode(ids, true);
  }
}
