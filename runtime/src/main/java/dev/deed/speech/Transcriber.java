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
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
 * <p>A window without any sound gives no text, nor does one in which nobody speaks. A poor answer
 * is decoded again with the next temperature ({@link TranscriptionOptions.Thresholds}).
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
    prompt(all);
    words(all);
    model.check(all.generation());
  }

  /**
   * Reads a recording ahead of its transcription, on this thread. The spectrogram made of it stays
   * in memory as long as the result does.
   *
   * @param recording what to listen to
   * @return the same recording, which is not read again
   * @throws InputException when it cannot be read, or lasts too long
   * @throws CancellationException when the thread is interrupted
   */
  public Recording read(Recording recording) {
    return read(recording, Interruption.OF_THREAD::isRequested);
  }

  /**
   * Reads a recording as {@link #read(Recording)} does, as long as somebody wants it.
   *
   * @param recording what to listen to
   * @param isUnwanted asked on this thread, many times a second; reading goes on when it has
   *     answered
   * @return the same recording, which is not read again
   * @throws InputException when it cannot be read, or lasts too long
   * @throws CancellationException when nobody wants it any more
   */
  public Recording read(Recording recording, BooleanSupplier isUnwanted) {
    return recording.readFor(sounds, isUnwanted::getAsBoolean);
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
    RecordedFrames frames = recording.frames(sounds, Interruption.OF_THREAD);
    return new Run(frames, defaults.under(options)).all(earlier, listener);
  }

  /**
   * {@return what the model reads of a window}
   *
   * @param recording best one that was {@linkplain #read read}
   * @param frame at which the window begins, {@link TranscriptSegment#seek}
   * @throws InputException when the recording cannot be read, or has no such frame
   */
  public Input window(Recording recording, int frame) {
    RecordedFrames frames = recording.frames(sounds, Interruption.OF_THREAD);
    InputException.require(
        frame >= 0 && frame < frames.frames(),
        "window at frame " + frame,
        "begins behind the recording's " + frames.frames() + " frames",
        "give the recording that was transcribed");
    return frames.input(frame);
  }

  /**
   * {@return the text of tokens of a segment, without timestamps}
   *
   * @param ids of the model's vocabulary
   */
  public String text(List<Integer> ids) {
    int[] said =
        ids.stream().mapToInt(Integer::intValue).filter(id -> !tokens.isTimestamp(id)).toArray();
    return tokenizer.decode(said, true);
  }

  private List<Integer> prompt(TranscriptionOptions options) {
    String text = options.prompt();
    if (text == null || text.isBlank()) {
      return List.of();
    }
    InputException.requireField(
        tokens.previous() != null,
        "prompt",
        "this model has no token for the text before a window",
        "leave it out");
    TokenLimit limit = new TokenLimit("prompt", 4 * positions, "shorten it");
    // What is said begins with a blank.
    return Arrays.stream(tokenizer.encode(" " + text.strip(), false, limit)).boxed().toList();
  }

  /** What finds times of words; null where they are not asked for. */
  private @Nullable WordTimes words(TranscriptionOptions options) {
    return options.wordTimes() ? new WordTimes(model, tokens, tokenizer) : null;
  }

  /** The windows of one recording, one after the other. */
  private final class Run {
    private final RecordedFrames frames;
    private final TranscriptionOptions options;
    private final EngineQuestions questions = new EngineQuestions(queue);
    private final boolean timestamps;
    private final WindowDecoder decoder;
    private final @Nullable WordTimes words;
    private final List<TranscriptSegment> segments = new ArrayList<>();
    private TranscriptionListener.@Nullable Window newest;

    Run(RecordedFrames frames, TranscriptionOptions options) {
      this.frames = frames;
      this.options = options;
      this.timestamps =
          options.timestamps() || options.wordTimes() || frames.frames() > frames.windowFrames();
      this.words = words(options);
      this.decoder =
          new WindowDecoder(
              questions, tokens, options, positions, timestamps, this::text, prompt(options));
    }

    private WindowEnd end(int frame, String language) {
      return new WindowEnd(
          frame,
          frames.seconds(),
          language,
          decoder.previous(),
          questions.effort(),
          questions.drafts());
    }

    Transcript all(@Nullable PartialTranscript earlier, TranscriptionListener listener) {
      WindowEnd last = earlier == null ? end(0, language()) : earlier.end();
      InputException.require(
          last.seconds() == frames.seconds() && last.frame() >= 0,
          "earlier transcript",
          "is of a recording of " + last.seconds() + " s, not of " + frames.seconds() + " s",
          "give the recording that it is of");
      String language = tokens.language(last.language());
      segments.addAll(earlier == null ? List.of() : earlier.segments());
      decoder.resume(last.previous(), segments);
      questions.resume(last.effort(), last.drafts());
      int seek = last.frame();
      while (seek < frames.frames()) {
        List<TranscriptSegment> more = new ArrayList<>();
        int next = seek + window(seek, language, more);
        segments.addAll(more);
        double done = next < frames.frames() ? seconds(next) : frames.seconds();
        Progress progress =
            new Progress(more, language, done, frames.seconds(), end(next, language), newest);
        if (!listener.window(progress)) {
          throw new CancellationException("stopped: the transcript is not whole; run it again");
        }
        seek = next;
      }
      return new Transcript(
          language,
          Objects.requireNonNull(options.task()),
          frames.seconds(),
          segments,
          questions.effort(),
          questions.drafts(),
          frames.missing());
    }

    private String language() {
      String stated = options.language();
      if (stated != null) {
        return tokens.language(stated);
      }
      return tokens.choosesLanguage() ? decoder.language(input(0)) : SpeechTokens.ONLY;
    }

    private Input input(int seek) {
      Input window = frames.input(seek);
      return words == null ? window : model.internals().keepingOutput(window);
    }

    /** Adds what a window gives, and says how many frames behind it the next begins. */
    private int window(int seek, String language, List<TranscriptSegment> into) {
      int count = frames.framesFrom(seek);
      WindowDecoder.Decoded decoded =
          frames.isSilent(seek) ? null : decoder.decode(input(seek), language);
      newest =
          decoded == null
              ? null
              : new TranscriptionListener.Window(
                  seek, decoded.answer().request(), decoded.answer().generation());
      if (decoded == null || decoded.window().tokens().isEmpty()) {
        return count;
      }
      DecodedWindow answer = decoded.window();
      int step = frames.windowFrames() / steps;
      WindowSegments cut =
          timestamps
              ? WindowSegments.of(answer.tokens(), tokens.firstTimestamp(), count, step)
              : WindowSegments.without(answer.tokens(), count, step);
      List<List<WordTimes.Timed>> said =
          words == null
              ? Collections.nCopies(cut.pieces().size(), List.of())
              : model
                  .internals()
                  .beside(() -> words.of(decoded.answer(), cut.pieces(), count / step, language));
      for (int i = 0; i < cut.pieces().size(); i++) {
        into.add(segment(cut.pieces().get(i), said.get(i), seek, step, answer));
      }
      decoder.remember(answer, cut.pieces());
      return cut.advance();
    }

    /** Times are those of its words where they are known, without a long quiet in front. */
    private TranscriptSegment segment(
        WindowSegments.Piece piece,
        List<WordTimes.Timed> said,
        int seek,
        int step,
        DecodedWindow answer) {
      List<TranscriptWord> heard = new ArrayList<>();
      for (WordTimes.Timed word : said) {
        int end = seek + word.end() * step;
        int start = seek + word.start() * step;
        heard.add(
            new TranscriptWord(
                word.text(),
                seconds(heard.isEmpty() ? frames.levels().onset(start, end) : start),
                seconds(end)));
      }
      int end = seek + piece.end() * step;
      int start = frames.levels().onset(seek + piece.start() * step, end);
      return new TranscriptSegment(
          heard.isEmpty() ? seconds(start) : heard.getFirst().latestStart(),
          heard.isEmpty() ? seconds(end) : heard.getLast().earliestEnd(),
          text(piece.tokens()),
          piece.tokens(),
          seek,
          answer.temperature(),
          answer.meanLogProbability(),
          answer.compressionRatio(),
          heard,
          answer.noSpeech());
    }

    private double seconds(int frame) {
      return (double) frame * sounds.hop() / sounds.rate();
    }

    private String text(List<Token> piece) {
      return Transcriber.this.text(piece.stream().map(Token::id).toList());
    }
  }
}
