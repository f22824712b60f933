package dev.deed.lab.speed;

import dev.deed.evaluation.cost.Median;
import java.util.List;

/**
 * What one engine took in one round, in milliseconds.
 *
 * @param encoderMillis of the whole batch, the median of the repeats; NaN when the engine cannot
 *     run its encoder alone
 * @param runs the repeats in their order; of an engine that tells their medians alone, these
 * @param peakMebibytes most memory of the process; NaN when not known
 * @param tokenIds of the first input, perhaps only its beginning
 * @param digest of the ids of all inputs
 */
public record Measurement(
    double encoderMillis,
    List<Run> runs,
    double peakMebibytes,
    List<Integer> tokenIds,
    String digest) {
  /**
   * One repeat.
   *
   * @param firstTokenMillis encoder and one decoder step
   * @param tokenMillis a decoder step of the whole batch: what the tokens after the first took, by
   *     their number
   */
  public record Run(double firstTokenMillis, double tokenMillis) {}

  public Measurement {
    runs = List.copyOf(runs);
  }

  /** The median of the repeats. */
  double firstTokenMillis() {
    return Median.of(runs, Run::firstTokenMillis);
  }

  /** The median of the repeats. */
  double tokenMillis() {
    return Median.of(runs, Run::tokenMillis);
  }
}
