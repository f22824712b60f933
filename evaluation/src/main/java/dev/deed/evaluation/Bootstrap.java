package dev.deed.evaluation;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap (Efron 1979) over units: examples, or batches of them that were timed
 * together. All quantities are taken of the same resampled data sets, so ratios between runs are
 * paired. With few units the tails are cut shorter, since plain percentiles are too narrow then
 * (Hesterberg 2015, arXiv 1411.5279, "expanded percentile interval", to first order).
 *
 * @param resamples how many data sets are drawn
 * @param seed of the draws: the same seed gives the same intervals
 */
public record Bootstrap(int resamples, long seed) {
  /** Of a 90 % interval, on either side. */
  static final double TAIL = 0.05;

  /** A thousand data sets, the same at every call. */
  public static final Bootstrap DEFAULT = new Bootstrap(1000, 20231115);

  public Estimate estimateOne(int units, ToDoubleFunction<int[]> quantity) {
    return estimate(units, counts -> new double[] {quantity.applyAsDouble(counts)})[0];
  }

  /**
   * Estimates quantities with 90 % intervals.
   *
   * @param units number of them, at least 1; with fewer than five an interval is all that can be
   *     drawn from them, and still too narrow
   * @param quantities given how often each unit counts, [units], all quantities of that data set
   * @return one estimate for each quantity, in order
   */
  public Estimate[] estimate(int units, Function<int[], double[]> quantities) {
    return estimate(units, TAIL, quantities);
  }

  /**
   * @param tail share of the data sets beyond either end of an interval, above 0, below one half
   */
  public Estimate[] estimate(int units, double tail, Function<int[], double[]> quantities) {
    int[] counts = once(units);
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
    double cut = expanded(tail, units);
    Estimate[] estimates = new Estimate[values.length];
    for (int q = 0; q < values.length; q++) {
      Arrays.sort(drawn[q]);
      estimates[q] =
          new Estimate(values[q], percentile(drawn[q], cut), percentile(drawn[q], 1 - cut));
    }
    return estimates;
  }

  /**
   * The tail that makes an interval of few units as wide as Student's t would: Φ(−t √(n / (n − 1)))
   * to first order in 1 / n, 0 where that is less.
   */
  static double expanded(double tail, int units) {
    double z = normalQuantile(tail);
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    return Math.max(0, tail - density * z * (0.5 + (z * z + 1) / 4) / units);
  }

  /** What a standard normal number exceeds in a share of cases (Abramowitz and Stegun 26.2.23). */
  private static double normalQuantile(double tail) {
    double t = Math.sqrt(-2 * Math.log(tail));
    return t
        - (2.515517 + t * (0.802853 + t * 0.010328))
            / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
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

  /** Each unit once, [units]. */
  public static int[] once(int units) {
    int[] counts = new int[units];
    Arrays.fill(counts, 1);
    return counts;
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

  /**
   * A number with its 90 % bootstrap interval.
   *
   * @param value over all examples
   * @param low 5th percentile over resampled data sets
   * @param high 95th percentile
   */
  public record Estimate(double value, double low, double high) {
    /** How far the farther end of the interval lies from the value: what stands behind ±. */
    public double margin() {
      return Math.max(high - value, value - low);
    }
  }
}
