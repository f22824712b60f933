package dev.deed.speech;

import dev.deed.GenerationOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.value.SettingType;
import dev.deed.value.TaskSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of a transcription by their names: fields of lines, options of {@code transcribe},
 * fields of HTTP. {@link TranscriptionOptions} says what each means.
 */
public final class SpeechSettings {
  private static final SettingType<Double> THRESHOLD =
      new SettingType.Words<>(
          new SettingType.Decimal(-Double.MAX_VALUE, Double.MAX_VALUE),
          Map.of("none", Double.POSITIVE_INFINITY));

  /** Whether speech is looked for. */
  private enum Voices {
    AUTO,
    ON,
    OFF
  }

  /** All of them, in the order of the help. */
  public static final List<TaskSetting<TranscriptionOptions, ?>> ALL =
      List.of(
          new TaskSetting<>(
              "language",
              new SettingType.Text(),
              "Language that is spoken, such as en or english (default: the folder's, else the one"
                  + " that the model detects in the first window of speech).",
              TranscriptionOptions::withLanguage),
          new TaskSetting<>(
              "task",
              new SettingType.Choice<>(Arrays.asList(SpeechTask.values())),
              "transcribe writes what is said, translate what it means in English (default: the"
                  + " folder's, else transcribe).",
              TranscriptionOptions::withTask),
          new TaskSetting<>(
              "timestamps",
              new SettingType.Flag(),
              "Tell times: text then has a line for each segment (default: in formats that need"
                  + " them). Recordings longer than a window are always decoded with timestamps.",
              TranscriptionOptions::withTimestamps),
          new TaskSetting<>(
              "word_times",
              new SettingType.Flag(),
              "Tell when each word is said, in json and verbose_json (default: not).",
              TranscriptionOptions::withWordTimes),
          new TaskSetting<>(
              "prompt",
              new SettingType.Text(),
              "What might have been said before: names and style to go on with (default: none).",
              TranscriptionOptions::withPrompt),
          new TaskSetting<>(
              "prediction",
              new SettingType.Text(GenerationOptions.LONGEST_PREDICTION),
              "The transcript, more or less, such as another engine's: drafts are copied from it and"
                  + " verified (lossless), so the transcript is the same and comes sooner. Not with"
                  + " beams (default: none).",
              (options, text) -> options.withGeneration(options.generation().withPrediction(text))),
          new TaskSetting<>(
              "hotwords",
              new SettingType.Text(),
              "Names and words that may be said, such as \"Ada, Lovelace\": for every window"
                  + " (default: none).",
              TranscriptionOptions::withHotwords),
          new TaskSetting<>(
              "vad",
              new SettingType.Words<>(
                  new SettingType.Choice<>(Arrays.asList(Voices.values())),
                  Map.of("true", Voices.ON, "false", Voices.OFF)),
              "Look for speech first, and transcribe nothing else; auto: in recordings of more than"
                  + " a minute; off: transcribe all of the recording (default: auto; without a"
                  + " value: on).",
              (options, voices) ->
                  options.withVoice(
                      switch (voices) {
                        case AUTO -> VoiceActivity.defaults().inLongRecordings();
                        case ON -> VoiceActivity.defaults();
                        case OFF -> null;
                      })),
          new TaskSetting<>(
              "channels",
              new SettingType.Choice<>(Arrays.asList(Channels.values())),
              "mix averages them; split transcribes each as a speaker of its own, and segments tell"
                  + " their channel (default: mix; of diarized_json split).",
              TranscriptionOptions::withChannels),
          new TaskSetting<>(
              "audio_context",
              new SettingType.Words<>(
                  new SettingType.Whole(0, 999_999),
                  Map.of("on", AudioContext.USUAL, "off", AudioContext.WHOLE)),
              "Encode this many positions behind the sound, not a whole window; not lossless"
                  + " (default: the folder's, else off; without a value: 400).",
              TranscriptionOptions::withAudioContext),
          new TaskSetting<>(
              "condition_on_prev_tokens",
              new SettingType.Flag(),
              "Decode each window behind the text of those before it (default: the folder's, else"
                  + " off).",
              TranscriptionOptions::withConditioned),
          new TaskSetting<>(
              "temperature",
              new SettingType.Numbers(
                  new SettingType.Decimal(0, TranscriptionOptions.HIGHEST),
                  TranscriptionOptions.MOST_TEMPERATURES),
              "0: greedy; several, such as 0,0.4,0.8: the next one decodes a window again that a"
                  + " threshold refuses (default: the folder's, else 0,0.2,0.4,0.6,0.8,1).",
              TranscriptionOptions::withTemperatures),
          new TaskSetting<>(
              "compression_ratio_threshold",
              THRESHOLD,
              "Refuse a window whose tokens zlib makes smaller by a larger factor than this: it repeats"
                  + " itself; none: never (default: the folder's, else 2.4 of its text).",
              (options, value) ->
                  options.withThresholds(
                      new Thresholds(
                          value,
                          options.thresholds().logProbability(),
                          options.thresholds().noSpeech()))),
          new TaskSetting<>(
              "logprob_threshold",
              THRESHOLD,
              "Refuse a window whose tokens have a lower mean log-probability than this; none: never"
                  + " (default: the folder's, else -1).",
              (options, value) ->
                  options.withThresholds(
                      new Thresholds(
                          options.thresholds().compressionRatio(),
                          value,
                          options.thresholds().noSpeech()))),
          new TaskSetting<>(
              "no_speech_threshold",
              THRESHOLD,
              "Pass over a window in which nobody speaks with a higher probability than this, unless"
                  + " its mean log-probability reaches its threshold; none: never (default: the"
                  + " folder's, else 0.6).",
              (options, value) ->
                  options.withThresholds(
                      new Thresholds(
                          options.thresholds().compressionRatio(),
                          options.thresholds().logProbability(),
                          value))));

  /** Those of a text that is known, of which {@code text} has to be stated. */
  public static final List<TaskSetting<TranscriptionOptions, ?>> ALIGNING =
      Stream.concat(
              Stream.of(
                  new TaskSetting<>(
                      "text",
                      new SettingType.Text(),
                      "What is said: plain text, or subtitles (SRT, WebVTT), which get new times.",
                      TranscriptionOptions::withText)),
              ALL.stream().filter(one -> Set.of("language", "vad").contains(one.name())))
          .toList();

  private SpeechSettings() {}
}
