package dev.deed.spark;

import dev.deed.GenerationOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.WeightPrecision;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transformer tells its tasks. Immutable.
 *
 * @param model as the user names it; each executor finds it for itself
 * @param precision label of how weights are held; null: as they are stored
 * @param maxRows sequences that an executor decodes at a time
 * @param exits spelled settings of exits
 * @param maxNewTokens null: what the folder says
 * @param invalid what becomes of a row that cannot be answered
 */
record AnswerSettings(
    String model,
    @Nullable String precision,
    int maxRows,
    String exits,
    @Nullable Integer maxNewTokens,
    HandleInvalid invalid)
    implements Serializable {

  /** How each row is answered. */
  GenerationOptions options() {
    GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.parse(exits));
    return maxNewTokens == null ? options : options.withMaxNewTokens(maxNewTokens);
  }

  @Nullable WeightPrecision heldPrecision() {
    return Arrays.stream(WeightPrecision.values())
        .filter(held -> held.label().equals(precision))
        .findFirst()
        .orElse(null);
  }

  static List<String> precisions() {
    return Arrays.stream(WeightPrecision.values()).map(WeightPrecision::label).toList();
  }
}
