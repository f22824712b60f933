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
  @Option(names = "--language", paramLabel = "NAME", descriptionKey = "speech.language")
  @Nullable String language;

  @Option(names = "--task", paramLabel = "NAME", descriptionKey = "speech.task")
  @Nullable SpeechTask task;

  @Option(names = "--timestamps", descriptionKey = "speech.timestamps")
  boolean timestamps;

  @Option(names = "--word-times", descriptionKey = "speech.word-times")
  boolean wordTimes;

  @Option(names = "--prompt", paramLabel = "TEXT", descriptionKey = "speech.prompt")
  @Nullable String prompt;

  @Option(names = "--hotwords", paramLabel = "TEXT", descriptionKey = "speech.hotwords")
  @Nullable String hotwords;

  @Option(
      names = "--vad",
      paramLabel = "auto|on|off",
      arity = "0..1",
      preprocessor = OptionalValue.class,
      descriptionKey = "speech.vad")
  Vad vad = Vad.AUTO;

  @Option(names = "--channels", paramLabel = "NAME", descriptionKey = "speech.channels")
  @Nullable Channels channels;

  @Option(
      names = "--audio-context",
      paramLabel = "N|off",
      arity = "0..1",
      preprocessor = OptionalValue.class,
      descriptionKey = "speech.audio-context")
  @Nullable String audioContext;

  @Option(names = "--condition-on-prev-tokens", descriptionKey = "speech.condition-on-prev-tokens")
  @Nullable Boolean conditioned;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      split = ",",
      descriptionKey = "speech.temperature")
  List<Double> temperatures = List.of();

  @Option(
      names = "--compression-ratio-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      descriptionKey = "speech.compression-ratio-threshold")
  @Nullable Double compressionRatio;

  @Option(
      names = "--logprob-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      descriptionKey = "speech.logprob-threshold")
  @Nullable Double logProbability;

  @Option(
      names = "--no-speech-threshold",
      paramLabel = "X",
      converter = Threshold.class,
      descriptionKey = "speech.no-speech-threshold")
  @Nullable Double noSpeech;

  @Option(names = "--beams", paramLabel = "N", descriptionKey = "speech.beams")
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
