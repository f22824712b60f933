package dev.deed.evaluation.cost;

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
