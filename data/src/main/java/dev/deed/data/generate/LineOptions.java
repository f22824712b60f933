package dev.deed.data.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.InputLine;
import dev.deed.data.JsonValues;
import dev.deed.value.ExitSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param exits when a step stops
 * @param generation keys of {@code generation_config.json}; never changed here
 * @param stop texts before which an answer ends, of each line alike
 * @param logProbs whether answers tell log-probabilities
 * @param receipt whether answers have receipts
 * @param prediction text that answers are expected to be; null: there is none
 */
public record LineOptions(
    ExitSettings exits,
    ObjectNode generation,
    List<String> stop,
    boolean logProbs,
    boolean receipt,
    @Nullable String prediction) {
  public LineOptions {
    stop = GenerationOptions.defaults().withStop(stop).stop();
    prediction = GenerationOptions.defaults().withPrediction(prediction).prediction();
  }

  /** The options of a line: its own settings, and these where it has none. */
  public GenerationOptions of(InputLine line) {
    ObjectNode merged = generation.deepCopy();
    if (line.generation() != null) {
      merged.setAll(line.generation());
    }
    ExitSettings own = line.exits() == null ? exits : exits.overriddenBy(line.exits());
    return options(own, merged, line.logProbs() == null ? logProbs : line.logProbs())
        .withPrediction(line.prediction() == null ? prediction : line.prediction());
  }

  /** Whether the answer to a line has a receipt. */
  boolean receipt(InputLine line) {
    return line.receipt() == null ? receipt : line.receipt();
  }

  /** The options of an input that is no line. */
  public GenerationOptions withoutLine() {
    return options(exits, generation, logProbs).withPrediction(prediction);
  }

  private GenerationOptions options(ExitSettings own, ObjectNode settings, boolean scored) {
    return GenerationOptions.defaults()
        .withExits(own)
        .withSettings(JsonValues.of(settings))
        .withStop(stop)
        .withLogProbabilities(scored);
  }
}
