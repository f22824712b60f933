package dev.deed.speech;

import dev.deed.GenerationOptions;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to transcribe. Immutable: each method that changes something returns new options. What is
 * null or empty is the folder's own, where its {@code generation_config.json} states it under the
 * same name. Temperatures and thresholds that neither states are those of Whisper's own command
 * line (https://github.com/openai/whisper).
 *
 * @param language code or English name of the language that is spoken ({@code language}); null: the
 *     one that the model detects in the first window of speech
 * @param task what to write ({@code task})
 * @param timestamps whether short recordings get times too; longer ones always do, because their
 *     windows follow the times
 * @param wordTimes whether segments tell when each word is said, which takes a second, short run of
 *     the decoder; short recordings are then decoded with timestamps too
 * @param prompt a text that might stand before the first window, for its names and its style; null:
 *     none
 * @param hotwords names and words that may be said, which stand before every window; null: none
 * @param voice when somebody speaks: windows hold that alone, so that no words come of noise, music
 *     and silence; null: windows hold all of the recording. Unless it is set, recordings of up to a
 *     minute are heard as a whole
 * @param channels what becomes of a recording's channels
 * @param audioContext positions (of 20 ms in Whisper) that the encoder reads behind what is
 *     listened to, in place of a whole window; not lossless. An answer that loops, is cut by its
 *     limit or refused by a threshold is decoded again with the whole window. Null: as {@code
 *     audio_context} in the folder's {@code config.json} states, else {@link AudioContext#WHOLE}
 * @param conditioned whether each window is decoded behind the text of those before it ({@code
 *     condition_on_prev_tokens}); null: as the folder states, else not
 * @param temperatures with which a window is decoded one after the other until no threshold refuses
 *     it ({@code temperature}); 0: greedily; empty: as the folder's list states, else 0, 0.2, 0.4,
 *     0.6, 0.8, 1. Where all are refused, the first answer that does not repeat itself stays, else
 *     the last. Draws have the seed of {@code generation}, 0 where it has none
 * @param thresholds when a window is decoded again or passed over
 * @param text what is said, as plain text or as subtitles (SRT, WebVTT): its words get times, and
 *     nothing else is written; null: what is said is to be found
 * @param generation exits, and settings of the search such as {@code num_beams}
 */
public record TranscriptionOptions(
    @Nullable String language,
    @Nullable SpeechTask task,
    boolean timestamps,
    boolean wordTimes,
    @Nullable String prompt,
    @Nullable String hotwords,
    @Nullable VoiceActivity voice,
    Channels channels,
    @Nullable Integer audioContext,
    @Nullable Boolean conditioned,
    List<Double> temperatures,
    Thresholds thresholds,
    @Nullable String text,
    GenerationOptions generation) {
  private static final TranscriptionOptions DEFAULTS =
      new TranscriptionOptions(
          null,
          null,
          true,
          false,
          null,
          null,
          VoiceActivity.defaults().inLongRecordings(),
          Channels.MIX,
          null,
          null,
          List.of(),
          new Thresholds(null, null, null),
          null,
          GenerationOptions.defaults());

  /** Bytes in UTF-8 that a {@link #text} may have. */
  public static final int LONGEST_TEXT = 1 << 20;

  static final int MOST_TEMPERATURES = 16;
  static final double HIGHEST = 100;

  /** What becomes of the channels of a recording. */
  public enum Channels {
    /** Their mean is transcribed. */
    MIX,
    /** Each is transcribed by itself, as a speaker of its own; segments tell their channel. */
    SPLIT
  }

  /**
   * When a window is decoded again with the next temperature, or passed over. Null: as the folder
   * states under the same name, else as given here. An infinite value switches a threshold off.
   * Immutable.
   *
   * @param compressionRatio its tokens repeat themselves more than this ({@code
   *     compression_ratio_threshold}), by {@link TranscriptSegment#compressionRatio}, Transformers'
   *     measure, in which 1.35 is usual; null: its text, in UTF-8, becomes more than 2.4 times
   *     smaller by zlib, openai-whisper's measure
   * @param logProbability the mean of its tokens' log-probabilities is below this ({@code
   *     logprob_threshold}); null: −1
   * @param noSpeech the window is passed over where the model finds it more probable than this that
   *     nobody speaks ({@code no_speech_threshold}), unless the mean is at least {@code
   *     logProbability}; null: 0.6
   */
  public record Thresholds(
      @Nullable Double compressionRatio,
      @Nullable Double logProbability,
      @Nullable Double noSpeech) {
    /** {@return thresholds that refuse nothing, whatever the folder states} */
    public static Thresholds none() {
      return new Thresholds(
          Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
  }

  /**
   * Copies the list.
   *
   * @throws InputException when a temperature is no number within 0…100, or there are more than 16
   */
  public TranscriptionOptions {
    temperatures = List.copyOf(temperatures);
    Objects.requireNonNull(channels, "channels");
    Objects.requireNonNull(thresholds, "thresholds");
    Objects.requireNonNull(generation, "generation");
    InputException.requireField(
        audioContext == null || audioContext >= 0,
        "audio_context",
        "is " + audioContext,
        "give a number of positions from 0 on");
    for (double temperature : temperatures) {
      InputException.requireField(
          temperature >= 0 && temperature <= HIGHEST,
          "temperature",
          "is " + temperature,
          "give 0 for greedy decoding, or a number up to " + (int) HIGHEST);
    }
    InputException.requireField(
        temperatures.size() <= MOST_TEMPERATURES,
        "temperature",
        "has " + temperatures.size() + " values",
        "give at most " + MOST_TEMPERATURES);
  }

  /** {@return whether segments tell words: those that are timed, or those of the known text} */
  public boolean tellsWords() {
    return wordTimes || text != null;
  }

  /** {@return whether the known text holds subtitles, which keep their lines} */
  public boolean holdsSubtitles() {
    return text != null && KnownText.isSubtitles(text);
  }

  /** {@return options that set nothing but timestamps} */
  public static TranscriptionOptions defaults() {
    return DEFAULTS;
  }

  private TranscriptionOptions ofSpeech(
      @Nullable String spoken, @Nullable SpeechTask written, boolean times, boolean timesOfWords) {
    return new TranscriptionOptions(
        spoken,
        written,
        times,
        timesOfWords,
        prompt,
        hotwords,
        voice,
        channels,
        audioContext,
        conditioned,
        temperatures,
        thresholds,
        text,
        generation);
  }

  private TranscriptionOptions heard(
      @Nullable String before,
      @Nullable String words,
      @Nullable VoiceActivity speech,
      Channels parted,
      @Nullable Integer margin,
      @Nullable Boolean earlier) {
    return new TranscriptionOptions(
        language,
        task,
        timestamps,
        wordTimes,
        before,
        words,
        speech,
        parted,
        margin,
        earlier,
        temperatures,
        thresholds,
        text,
        generation);
  }

  private TranscriptionOptions decodedBy(
      List<Double> tried, Thresholds refusing, @Nullable String known, GenerationOptions search) {
    return new TranscriptionOptions(
        language,
        task,
        timestamps,
        wordTimes,
        prompt,
        hotwords,
        voice,
        channels,
        audioContext,
        conditioned,
        tried,
        refusing,
        known,
        search);
  }

  /**
   * {@return the same for another language}
   *
   * @param other code or English name; null: the one that the model detects
   */
  public TranscriptionOptions withLanguage(@Nullable String other) {
    return ofSpeech(other, task, timestamps, wordTimes);
  }

  /**
   * {@return the same for another task}
   *
   * @param other what to write; null: as the folder states, else {@link SpeechTask#TRANSCRIBE}
   */
  public TranscriptionOptions withTask(@Nullable SpeechTask other) {
    return ofSpeech(language, other, timestamps, wordTimes);
  }

  /**
   * {@return the same with or without times for short recordings}
   *
   * @param on whether they get times
   */
  public TranscriptionOptions withTimestamps(boolean on) {
    return ofSpeech(language, task, on, wordTimes);
  }

  /**
   * {@return the same with or without times of words}
   *
   * @param on whether segments tell when each word is said
   */
  public TranscriptionOptions withWordTimes(boolean on) {
    return ofSpeech(language, task, timestamps, on);
  }

  /**
   * {@return the same behind another text}
   *
   * @param text what might stand before the first window; null: nothing
   */
  public TranscriptionOptions withPrompt(@Nullable String text) {
    return heard(text, hotwords, voice, channels, audioContext, conditioned);
  }

  /**
   * {@return the same with other hotwords}
   *
   * @param words names and words that may be said; null: none
   */
  public TranscriptionOptions withHotwords(@Nullable String words) {
    return heard(prompt, words, voice, channels, audioContext, conditioned);
  }

  /**
   * {@return the same with or without a look for speech first}
   *
   * @param speech when somebody speaks; null: all of the recording is listened to
   */
  public TranscriptionOptions withVoice(@Nullable VoiceActivity speech) {
    return heard(prompt, hotwords, speech, channels, audioContext, conditioned);
  }

  /**
   * {@return the same for channels that are averaged, or transcribed one by one}
   *
   * @param parted what becomes of them
   */
  public TranscriptionOptions withChannels(Channels parted) {
    return heard(prompt, hotwords, voice, parted, audioContext, conditioned);
  }

  /**
   * {@return the same, with another margin behind what the encoder listens to}
   *
   * @param margin 0 or more; {@link AudioContext#WHOLE}: windows are whole; null: as the folder
   *     states
   */
  public TranscriptionOptions withAudioContext(@Nullable Integer margin) {
    return heard(prompt, hotwords, voice, channels, margin, conditioned);
  }

  /**
   * {@return the same, with each window behind the text of those before it, or without}
   *
   * @param on whether windows know the text before them; null: as the folder states, else not
   */
  public TranscriptionOptions withConditioned(@Nullable Boolean on) {
    return heard(prompt, hotwords, voice, channels, audioContext, on);
  }

  /**
   * {@return the same with other temperatures}
   *
   * @param all one after the other; 0: greedily; none: as the folder states, else from 0 to 1
   */
  public TranscriptionOptions withTemperatures(List<Double> all) {
    return decodedBy(all, thresholds, text, generation);
  }

  /**
   * {@return the same with other thresholds}
   *
   * @param other when a window is decoded again or passed over
   */
  public TranscriptionOptions withThresholds(Thresholds other) {
    return decodedBy(temperatures, other, text, generation);
  }

  /**
   * {@return the same with other exits and settings of the search}
   *
   * @param other how each window is decoded; its length and what it begins with are not heeded
   */
  public TranscriptionOptions withGeneration(GenerationOptions other) {
    return decodedBy(temperatures, thresholds, text, other);
  }

  /**
   * {@return the same for a text that is known}
   *
   * @param known plain text, or subtitles in SRT or WebVTT, {@value #LONGEST_TEXT} bytes in UTF-8
   *     at most; null: what is said is to be found
   */
  public TranscriptionOptions withText(@Nullable String known) {
    return decodedBy(temperatures, thresholds, known, generation);
  }
}
