package dev.deed.data.generate;

import dev.deed.GenerationOptions;
import dev.deed.data.InputLine;
import java.util.Map;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param options of an input that is no line
 * @param receipt whether answers have receipts
 * @param settings the task's own, by name, as JSON holds them
 */
public record LineOptions(
    GenerationOptions options, boolean receipt, Map<String, Object> settings) {
  /** Options without receipts and without settings of a task. */
  public LineOptions(GenerationOptions options) {
    this(options, false, Map.of());
  }

  /** The same with receipts, or without. */
  public LineOptions withReceipt(boolean wanted) {
    return new LineOptions(options, wanted, settings);
  }

  /** The options of a line: its own settings, and these where it has none. */
  public GenerationOptions of(InputLine line) {
    GenerationOptions own = options;
    if (line.generation() != null) {
      own = own.withSettings(line.generation());
    }
    if (line.exits() != null) {
      own = own.withExits(own.exits().overriddenBy(line.exits()));
    }
    if (line.logProbs() != null) {
      own = own.withLogProbabilities(line.logProbs());
    }
    return line.prediction() == null ? own : own.withPrediction(line.prediction());
  }

  /** Whether the answer to a line has a receipt. */
  boolean receipt(InputLine line) {
    return line.receipt() == null ? receipt : line.receipt();
  }
}
