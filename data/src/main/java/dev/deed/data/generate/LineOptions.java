package dev.deed.data.generate;

import dev.deed.GenerationOptions;
import dev.deed.data.InputLine;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param options of an input that is no line
 * @param receipt whether answers have receipts
 */
public record LineOptions(GenerationOptions options, boolean receipt) {
  /** Options without receipts. */
  public LineOptions(GenerationOptions options) {
    this(options, false);
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
