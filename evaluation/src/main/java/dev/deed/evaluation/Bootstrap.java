package dev.deed.evaluation;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap (Efron 1979) over examples. All quantities are taken of the same resampled
 * data sets, so ratios between runs are paired.
 *
 * @param resamples how many data sets are drawn
 * @param seed of the draws: the same seed gives the same intervals
 */
public record Bootstrap(int resamples, long seed) {
  private static final double TAIL = 0.05;

  /** A thousand data sets, the same at every call. */
  public static final Bootstrap DEFAULT = new Bootstrap(1000, 20231115);

  /**
   * Estimates quantities.
   *
   * @param examples number of examples, at least 1
   * @param quantities given how often each example counts, [examples], all quantities of that data
   *     set
   * @return one estimate for each quantity, in order
   */
  Estimate[] estimate(int examples, Function<int[], double[]> quantities) {
    int[] counts = new int[examples];
    Arrays.fill(counts, 1);
    double[] values = quantities.apply(counts);
    double[][] drawn = new double[values.length][resamples];
    Random random = new Random(seed);
    for (int r = 0; r < resamples; r++) {
      draw(counts, random);
      double[] resampled = quantities.apply(counts);
      for (int q = 0; q < values.length; q++) {
        drawn[q][r] = resampled[q];
      }
    }
    Estimate[] estimates = new Estimate[values.length];
    for (int q = 0; q < values.length; q++) {
      Arrays.sort(drawn[q]);
      estimates[q] =
          new Estimate(values[q], percentile(drawn[q], TAIL), percentile(drawn[q], 1 - TAIL));
    }
    return estimates;
  }

  /**
   * The share of the drawn data sets in which a quantity lies above a bound.
   *
   * @param examples number of examples, at least 1
   * @param quantity given how often each example counts, [examples]
   */
  public double shareAbove(double bound, int examples, ToDoubleFunction<int[]> quantity) {
    int[] counts = new int[examples];
    Random random = new Random(seed);
    int above = 0;
    for (int r = 0; r < resamples; r++) {
      draw(counts, random);
      above += quantity.applyAsDouble(counts) > bound ? 1 : 0;
    }
    return (double) above / resamples;
  }

  private static void draw(int[] counts, Random random) {
    Arrays.fill(counts, 0);
    for (int i = 0; i < counts.length; i++) {
      counts[random.nextInt(counts.length)]++;
    }
  }

  /** Linear interpolation between the order statistics. */
  static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
