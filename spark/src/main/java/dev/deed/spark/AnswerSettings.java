package dev.deed.spark;

import dev.deed.Constraint;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.table.TableOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.WeightPrecision;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a transformer tells its tasks. Immutable.
 *
 * @param model as the user names it; each executor finds it for itself
 * @param precision label of how weights are held, or {@value #FASTEST}; null: as they are stored
 * @param maxRows sequences that an executor decodes at a time
 * @param exits spelled settings of exits
 * @param maxNewTokens null: what the folder says
 * @param constraint what answers must be a text of, as JSON; null: what the folder says
 * @param language that is spoken in recordings; null: as the folder says, else as it is heard
 * @param task what is written of recordings; null: as the folder says
 * @param form of tables
 * @param invalid what becomes of a row that cannot be answered
 */
record AnswerSettings(
    String model,
    @Nullable String precision,
    int maxRows,
    String exits,
    @Nullable Integer maxNewTokens,
    @Nullable String constraint,
    @Nullable String language,
    @Nullable SpeechTask task,
    TableForm form,
    HandleInvalid invalid)
    implements Serializable {
  /** The precision that is chosen for the processor of each executor. */
  static final String FASTEST = "auto";

  /** How tables are read, as {@link TableOptions} says. */
  record TableForm(boolean emptyCells, boolean grammar) implements Serializable {}

  GenerationOptions options() {
    GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.parse(exits));
    if (constraint != null) {
      options = options.withConstraint(Constraint.parse(constraint));
    }
    return maxNewTokens == null ? options : options.withMaxNewTokens(maxNewTokens);
  }

  /** How each recording is transcribed, without times of short ones. */
  TranscriptionOptions transcription() {
    return TranscriptionOptions.defaults()
        .withGeneration(options())
        .withLanguage(language)
        .withTask(task)
        .withTimestamps(false);
  }

  TableOptions tables() {
    return new TableOptions(options(), form.emptyCells, form.grammar);
  }

  /** How weights are held on this machine; null: as they are stored. */
  @Nullable WeightPrecision heldPrecision(Path folder) {
    if (FASTEST.equals(precision)) {
      return OpenOptions.defaults().withFastestPrecision(folder).precision();
    }
    return Arrays.stream(WeightPrecision.values())
        .filter(held -> held.label().equals(precision))
        .findFirst()
        .orElse(null);
  }

  static List<String> precisions() {
    Stream<String> named = Arrays.stream(WeightPrecision.values()).map(WeightPrecision::label);
    return Stream.concat(named, Stream.of(FASTEST)).toList();
  }
}
