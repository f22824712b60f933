package dev.deed.speech;

import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a transcription with those that a folder's {@code generation_config.json} states in
 * place of what was not said, and with those of Whisper's own command line in place of what neither
 * states.
 *
 * @param folder what messages call the model
 * @param settings what the file holds
 * @param audioContext that the folder was calibrated to
 */
record FolderDefaults(String folder, Map<String, Object> settings, int audioContext) {
  /** Temperatures that openai-whisper's command line decodes a poor window with. */
  private static final List<Double> TEMPERATURES = List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);

  private static final double LOG_PROBABILITY = -1;
  private static final double NO_SPEECH = 0.6;

  /**
   * The options to go by. A log-probability or no-speech threshold that is switched off is null in
   * them; without a ratio of tokens that of the text counts.
   *
   * @throws InputException when the file states something of another type
   */
  TranscriptionOptions under(TranscriptionOptions given) {
    Thresholds thresholds = given.thresholds();
    return new TranscriptionOptions(
        given.language() == null ? text("language") : given.language(),
        given.task() == null ? task() : given.task(),
        given.timestamps(),
        given.wordTimes(),
        given.prompt(),
        given.hotwords(),
        given.voice(),
        given.channels(),
        given.audioContext() == null ? (Integer) audioContext : given.audioContext(),
        given.conditioned() == null ? flag("condition_on_prev_tokens") : given.conditioned(),
        given.temperatures().isEmpty() ? temperatures() : given.temperatures(),
        new Thresholds(
            or(thresholds.compressionRatio(), "compression_ratio_threshold", null),
            on(or(thresholds.logProbability(), "logprob_threshold", LOG_PROBABILITY)),
            on(or(thresholds.noSpeech(), "no_speech_threshold", NO_SPEECH))),
        given.text(),
        given.generation());
  }

  private SpeechTask task() {
    String name = text("task");
    if (name == null) {
      return SpeechTask.TRANSCRIBE;
    }
    return Arrays.stream(SpeechTask.values())
        .filter(task -> task.spelling().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> wrong("task", "transcribe or translate"));
  }

  private @Nullable String text(String key) {
    return switch (settings.get(key)) {
      case null -> null;
      case String text -> text;
      default -> throw wrong(key, "a text");
    };
  }

  private boolean flag(String key) {
    return switch (settings.get(key)) {
      case null -> false;
      case Boolean flag -> flag;
      default -> throw wrong(key, "true or false");
    };
  }

  private @Nullable Double or(@Nullable Double given, String key, @Nullable Double usual) {
    return given != null
        ? given
        : switch (settings.get(key)) {
          case null -> usual;
          case Number number -> (Double) number.doubleValue();
          default -> throw wrong(key, "a number");
        };
  }

  private static @Nullable Double on(@Nullable Double threshold) {
    return threshold == null || threshold.isInfinite() ? null : threshold;
  }

  /** A single number there is for sampling, which nobody asked for. */
  private List<Double> temperatures() {
    if (settings.get("temperature") instanceof List<?> list && !list.isEmpty()) {
      return list.stream()
          .map(
              item -> {
                if (item instanceof Number number) {
                  return (Double) number.doubleValue();
                }
                throw wrong("temperature", "a list of numbers");
              })
          .toList();
    }
    return TEMPERATURES;
  }

  private InputException wrong(String key, String expected) {
    return new InputException(
        folder,
        "states a " + key + " that is not " + expected,
        "correct its generation_config.json");
  }
}
