package dev.deed.cli;

import dev.deed.GenerationOptions;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.OptionalValue;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.speech.AudioContext;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.ExitSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How recordings are transcribed. What is not given is the folder's generation_config.json. */
final class SpeechOptions {
  @Option(
      names = "--language",
      paramLabel = "NAME",
      description =
          "Language that is spoken, such as en or english (default: the folder's, else the one that"
              + " the model detects in the first window of speech).")
  @Nullable String language;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "transcribe writes what is said, translate what it means in English (default: the"
              + " folder's, else transcribe).")
  @Nullable SpeechTask task;

  @Option(
      names = "--timestamps",
      description =
          "Tell times: text then has a line for each segment (default: in formats that need them)."
              + " Recordings longer than a window are always decoded with timestamps.")
  boolean timestamps;

  @Option(
      names = "--word-times",
      description = "Tell when each word is said, in json and verbose_json.")
  boolean wordTimes;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What might have been said before: names and style to go on with.")
  @Nullable String prompt;

  @Option(
      names = "--hotwords",
      paramLabel = "TEXT",
      description =
          "Names and words that may be said, such as \"Ada, Lovelace\": for every window.")
  @Nullable String hotwords;

  @Option(
      names = "--vad",
      paramLabel = "auto|on|off",
      arity = "0..1",
      preprocessor = OptionalValue.class,
      description =
          "Look for speech first, and transcribe nothing else; auto: in recordings of more than a"
              + " minute; off: transcribe all of the recording (default: auto; --vad alone: on).")
  Vad vad = Vad.AUTO;

  @Option(
      names = "--channels",
      paramLabel = "NAME",
      description =
          "mix averages them; split transcribes each as a speaker of its own, and segments tell"
              + " their channel (default: mix; of diarized_json split).")
  @Nullable Channels channels;

  @Option(
      names = "--audio-context",
      paramLabel = "N|off",
      arity = "0..1",
      preprocessor = OptionalValue.class,
      description =
          "Encode N positions behind the sound in place of a whole window; not lossless"
              + " (default: the folder's, else off; --audio-context alone: 400).")
  @Nullable String audioContext;

  @Option(
      names = "--condition-on-prev-tokens",
      description =
          "Decode each window behind the text of those before it (default: the folder's, else off).")
  @Nullable Boolean conditioned;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      split = ",",
      description =
          "0: greedy; several, such as 0,0.4,0.8: the next one decodes a window again that a"
              + " threshold refuses (default: the folder's, else 0,0.2,0.4,0.6,0.8,1).")
  List<Double> temperatures = List.of();

  @Option(
      names = "--compression-ratio-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      description =
          "Refuse a window whose tokens zlib makes more than X times smaller: it repeats itself;"
              + " none: never (default: the folder's, else 2.4 of its text).")
  @Nullable Double compressionRatio;

  @Option(
      names = "--logprob-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      description =
          "Refuse a window whose tokens have a mean log-probability below X; none: never (default:"
              + " the folder's, else -1).")
  @Nullable Double logProbability;

  @Option(
      names = "--no-speech-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      description =
          "Pass over a window in which nobody speaks with a probability above X, unless its mean"
              + " log-probability reaches its threshold; none: never (default: the folder's, else"
              + " 0.6).")
  @Nullable Double noSpeech;

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Hypotheses of beam search at temperature 0 (default: the folder's, else 1).")
  @Nullable Integer beams;

  /**
   * @throws dev.deed.value.InputException when one is out of range
   */
  TranscriptionOptions options(
      ExitSettings exits, TranscriptFormat format, @Nullable String prediction) {
    GenerationOptions generation =
        GenerationOptions.defaults()
            .withExits(exits)
            .withPrediction(prediction)
            .withLogProbabilities(format.hasProbabilities());
    if (beams != null) {
      OptionBounds.requireAtLeast("--beams", beams, 1);
      generation = generation.withBeams(beams);
    }
    return new TranscriptionOptions(
        language,
        task,
        format.hasTimes() || timestamps,
        wordTimes,
        prompt,
        hotwords,
        vad.activity(),
        channels == null ? format.channels() : channels,
        AudioContext.named("--audio-context", audioContext),
        conditioned,
        temperatures,
        new Thresholds(compressionRatio, logProbability, noSpeech),
        generation);
  }

  /** Whether speech is looked for. */
  enum Vad {
    AUTO,
    ON,
    OFF;

    private @Nullable VoiceActivity activity() {
      return switch (this) {
        case AUTO -> VoiceActivity.defaults().inLongRecordings();
        case ON -> VoiceActivity.defaults();
        case OFF -> null;
      };
    }
  }

  /** A number, or {@code none} for a threshold that refuses nothing. */
  static final class Threshold implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      boolean none = text.equals("none");
      try {
        double value = none ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        if (none || Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // As NaN is.
      }
      throw new TypeConversionException("'" + text + "' is neither a number nor none");
    }
  }
}
