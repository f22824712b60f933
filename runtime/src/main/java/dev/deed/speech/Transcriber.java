package dev.deed.speech;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Input;
import dev.deed.files.Interruption;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.settings.SpeechLanguages;
import dev.deed.settings.SpeechTokens;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.value.Effort;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final SpeechModel speech;
  private final Asker asker;
  private final FolderDefaults defaults;

  private Transcriber(EncoderDecoderModel model, Asker asker) {
    this.speech = SpeechModel.of(model);
    this.asker = asker;
    this.defaults =
        new FolderDefaults(
            model.internals().folder().path().toString(),
            model.generationDefaults(),
            AudioContext.of(model.internals().folder().config()));
  }

  /**
   * {@return a transcriber by the model of an engine}
   *
   * @param engine stays the caller's, who closes it after the last transcript
   * @throws InputException when the model takes no sound, writes no timestamps, or its folder lacks
   *     what tells how
   */
  public static Transcriber of(Engine engine) {
    return of(engine.model(), Asker.of(engine));
  }

  /**
   * {@return a transcriber by a model}
   *
   * @param model an open model, which stays the caller's
   * @param asker gets the windows of recordings answered, by an engine of that model
   * @throws InputException as {@link #of(Engine)} does
   */
  public static Transcriber of(EncoderDecoderModel model, Asker asker) {
    return new Transcriber(model, asker);
  }

  /**
   * {@return whether a model reads spectrograms of speech}
   *
   * @param model an open model
   */
  public static boolean isFor(EncoderDecoderModel model) {
    return model.internals().inputs().contains(Part.SPECTROGRAM);
  }

  /** {@return how many seconds of sound the model reads at once} */
  public int windowSeconds() {
    return speech.sounds().seconds();
  }

  /** {@return the codes of the languages that the model can be told; none of an English model} */
  public List<String> languages() {
    return List.copyOf(speech.tokens().languages().keySet());
  }

  /**
   * Checks options without a recording: throws what {@link #transcribe} would throw for each.
   *
   * @param options how to transcribe
   * @throws InputException when they do not suit the model
   */
  public void check(TranscriptionOptions options) {
    TranscriptionOptions all = defaults.under(options);
    SpeechTokens tokens = speech.tokens();
    String language = all.language() == null ? SpeechTokens.ONLY : tokens.language(all.language());
    tokens.prefix(language, Objects.requireNonNull(all.task()).spelling(), all.timestamps());
    prompt(all);
    hotwords(all);
    words(all);
    if (all.text() != null) {
      KnownText.of(all.text(), speech.tokenizer(), language);
    }
    speech.model().check(all.generation());
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
    return recording.readFor(speech.sounds(), options, isUnwanted::getAsBoolean);
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
    List<RecordedFrames> channels =
        recording.channels(speech.sounds(), options, Interruption.OF_THREAD);
    return new Run(channels, defaults.under(options)).all(earlier, listener);
  }

  private List<Integer> hotwords(TranscriptionOptions options) {
    // Text before a window takes half of the positions.
    return before("hotwords", options.hotwords(), Math.max(1, speech.positions() / 2 - 1));
  }

  /**
   * {@return what the model reads of a window}
   *
   * @param recording best one that was {@linkplain #read read}
   * @param options how it was transcribed: whether by voices, and by which channels
   * @param channel of a recording whose channels were split, else 0
   * @param seek where the window begins, {@link TranscriptSegment#seek}
   * @param count of frames, {@link TranscriptionListener.Window#frames}; null: as many as fit
   * @param positions of the encoder, {@link TranscriptionListener.Window#positions}; null: all
   * @throws InputException when the recording cannot be read, or has no such window
   */
  public Input window(
      Recording recording,
      TranscriptionOptions options,
      int channel,
      int seek,
      @Nullable Integer count,
      @Nullable Integer positions) {
    List<RecordedFrames> channels =
        recording.channels(speech.sounds(), options, Interruption.OF_THREAD);
    RecordedFrames frames = channels.get(Math.clamp(channel, 0, channels.size() - 1));
    InputException.require(
        channel >= 0
            && channel < channels.size()
            && seek >= 0
            && frames.spoken().from(seek) < frames.frames(),
        "window at frame " + seek + " of channel " + channel,
        "begins behind the recording's end",
        "give the recording that was transcribed");
    int most = frames.windowFrames();
    int step = most / speech.steps();
    long read = positions == null ? most : (long) step * positions;
    int from = frames.spoken().from(seek);
    int fitting = frames.framesFrom(from, most);
    int rows = count == null ? fitting : Math.clamp(count, 1, fitting);
    return frames.input(from, rows, (int) Math.clamp(read, step, most));
  }

  /**
   * {@return the text of tokens of a segment, without timestamps}
   *
   * @param ids of the model's vocabulary
   */
  public String text(List<Integer> ids) {
    return speech.text(ids);
  }

  private List<Integer> prompt(TranscriptionOptions options) {
    return before("prompt", options.prompt(), 4 * speech.positions());
  }

  /** Tokens of a text that is to stand before a window. */
  private List<Integer> before(String field, @Nullable String text, int most) {
    if (text == null || text.isBlank()) {
      return List.of();
    }
    InputException.requireField(
        speech.tokens().previous() != null,
        field,
        "this model has no token for the text before a window",
        "leave it out");
    TokenLimit limit = new TokenLimit(field, most, "shorten it");
    // What is said begins with a blank.
    return Arrays.stream(speech.tokenizer().encode(" " + text.strip(), false, limit))
        .boxed()
        .toList();
  }

  /** What finds times of words; null where they are not asked for. */
  private @Nullable WordTimes words(TranscriptionOptions options) {
    return options.wordTimes()
        ? new WordTimes(speech.model(), speech.tokens(), speech.tokenizer())
        : null;
  }

  /** The windows of one recording, one after the other; one channel after the other. */
  private final class Run {
    private final List<RecordedFrames> channels;
    private final TranscriptionOptions options;
    private final EngineQuestions questions = new EngineQuestions(asker);
    private final boolean splits;

    Run(List<RecordedFrames> channels, TranscriptionOptions options) {
      this.channels = channels;
      this.options = options;
      this.splits = options.channels() == Channels.SPLIT;
    }

    /** Windows of a short recording may go without timestamps. */
    private WindowDecoder decoder(RecordedFrames frames) {
      boolean timestamps =
          options.timestamps()
              || options.wordTimes()
              || splits
              || frames.frames() > frames.windowFrames();
      return new WindowDecoder(questions, speech, options, timestamps);
    }

    Transcript all(@Nullable PartialTranscript earlier, TranscriptionListener listener) {
      RecordedFrames any = channels.getFirst();
      List<Integer> prompt = prompt(options);
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
      List<TranscriptSegment> segments =
          new ArrayList<>(earlier == null ? List.of() : earlier.segments());
      questions.resume(last.effort(), last.drafts());
      String language = speech.tokens().language(last.language());
      KnownText text =
          options.text() == null
              ? null
              : KnownText.of(options.text(), speech.tokenizer(), language);
      for (int channel = last.channel(); channel < channels.size(); channel++) {
        boolean resumes = channel == last.channel();
        RecordedFrames frames = channels.get(channel);
        WindowDecoder decoder = decoder(frames);
        Integer own = splits ? channel : null;
        String lastText =
            Transcript.text(
                segments.stream().filter(one -> Objects.equals(one.channel(), own)).toList());
        decoder.begin(hotwords(options), resumes ? last.previous() : prompt, lastText);
        RecordingWindows windows =
            text == null
                ? new ChannelWindows(speech, frames, own, decoder, words(options), language)
                : new TextWindows(
                    speech,
                    frames,
                    questions,
                    decoder,
                    language,
                    text.words(),
                    segments.stream().mapToInt(one -> one.words().size()).sum());
        int seek = resumes ? frames.spoken().from(last.frame()) : 0;
        while (seek < frames.frames()) {
          List<TranscriptSegment> more = new ArrayList<>();
          seek += windows.window(seek, more);
          segments.addAll(more);
          WindowEnd end = end(channel, seek, decoder.previous(), language);
          Progress progress = progress(end, more, windows.newest());
          if (!listener.window(progress)) {
            throw new CancellationException("stopped: the transcript is not whole; run it again");
          }
        }
      }
      if (splits) {
        segments.sort(Comparator.comparingDouble(TranscriptSegment::start));
      }
      return new Transcript(
          isKnown() ? language : SpeechLanguages.UNKNOWN,
          Objects.requireNonNull(options.task()),
          any.seconds(),
          text == null
              ? segments
              : TextWindows.segments(
                  text, segments.stream().flatMap(one -> one.words().stream()).toList()),
          questions.effort(),
          questions.drafts(),
          any.missing(),
          text == null ? wordless(segments) : 0);
    }

    /** Whether the language was stated, is the only one, or could be heard: somebody speaks. */
    private boolean isKnown() {
      return options.language() != null
          || !speech.tokens().choosesLanguage()
          || channels.stream().anyMatch(one -> one.frames() > 0);
    }

    /** Seconds of speech without words, in all channels. */
    private double wordless(List<TranscriptSegment> segments) {
      double all = 0;
      for (int channel = 0; channel < channels.size(); channel++) {
        Integer own = splits ? channel : null;
        all +=
            channels
                .get(channel)
                .wordless(
                    segments.stream().filter(one -> Objects.equals(one.channel(), own)).toList(),
                    speech);
      }
      return all;
    }

    private WindowEnd end(int channel, int seek, List<Integer> previous, String language) {
      RecordedFrames frames = channels.get(channel);
      SpokenFrames spoken = frames.spoken();
      int at = seek >= frames.frames() ? spoken.recorded() : spoken.inRecording(seek);
      return new WindowEnd(
          channel,
          at,
          frames.seconds(),
          language,
          previous,
          questions.effort(),
          questions.drafts());
    }

    private Progress progress(
        WindowEnd end,
        List<TranscriptSegment> more,
        TranscriptionListener.@Nullable Window newest) {
      double seconds = end.seconds();
      boolean ends = end.frame() == channels.get(end.channel()).spoken().recorded();
      double done = end.channel() * seconds + (ends ? seconds : speech.seconds(end.frame()));
      return new Progress(more, end.language(), done / channels.size(), seconds, end, newest);
    }

    private Input first(RecordedFrames frames, @Nullable Integer margin) {
      int count = frames.framesFrom(0, frames.windowFrames());
      return frames.input(0, count, frames.context(count, margin, speech.steps()));
    }

    /** The one that is stated, else that of the first window in which somebody speaks. */
    private String language() {
      SpeechTokens tokens = speech.tokens();
      String given = options.language();
      if (given != null || !tokens.choosesLanguage()) {
        return tokens.language(Objects.requireNonNullElse(given, SpeechTokens.ONLY));
      }
      Integer margin = options.audioContext();
      return channels.stream()
          .filter(one -> one.frames() > 0)
          .findFirst()
          .map(one -> decoder(one).language(first(one, margin)))
          .orElseGet(
              () ->
                  tokens.languages().containsKey(SpeechTokens.ONLY)
                      ? SpeechTokens.ONLY
                      : tokens.languages().firstEntry().getKey());
    }
  }
}
