package dev.deed.lab.speed;

import dev.deed.evaluation.Median;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one engine took in one round, in milliseconds.
 *
 * @param encoderMillis of the whole batch, the median of the repeats; NaN when the engine cannot
 *     run its encoder alone
 * @param runs the repeats in their order; of an engine that tells their medians alone, these
 * @param compiling how long the JVM's compilers worked while the repeats ran, by the time of the
 *     repeats; two compilers can make it more than 1. NaN when not known
 * @param peakMebibytes most memory of the process; NaN when not known
 * @param tokenIds of the first input, perhaps only its beginning
 * @param digest of the ids of all inputs
 */
public record Measurement(
    double encoderMillis,
    List<Run> runs,
    double compiling,
    double peakMebibytes,
    List<Integer> tokenIds,
    String digest) {
  /**
   * One repeat.
   *
   * @param firstToken encoder and one decoder step
   * @param token a decoder step of the whole batch: what the tokens after the first took, by their
   *     number
   */
  public record Run(Took firstToken, Took token) {
    double firstTokenMillis() {
      return firstToken.clock();
    }

    double tokenMillis() {
      return token.clock();
    }

    double firstTokenProcessorMillis() {
      return firstToken.processor();
    }

    double tokenProcessorMillis() {
      return token.processor();
    }
  }

  public Measurement {
    runs = List.copyOf(runs);
  }

  /** The median of the repeats. */
  double median(ToDoubleFunction<Run> figure) {
    return Median.of(runs, figure);
  }
}
