package dev.deed.evaluation;

import dev.deed.evaluation.Bootstrap.Estimate;
import java.util.List;
import java.util.Locale;

/**
 * How much less time one run took than another for the same work, measured in pairs: 1 − sum by
 * sum. Immutable.
 *
 * @param share below 0 where it took more
 * @param enough whether there are pairs enough that the interval says something
 */
public record Reduction(Estimate share, boolean enough) {
  /**
   * Compares the times of two runs.
   *
   * @param ours one for each pair, at least one
   * @param theirs of the same work, measured close by
   */
  public static Reduction of(List<Double> ours, List<Double> theirs) {
    return of(ours, theirs, 1);
  }

  /**
   * Compares as one of several comparisons of which hardly one is to be wrong: the interval is so
   * much wider (Bonferroni).
   */
  public static Reduction of(List<Double> ours, List<Double> theirs, int comparisons) {
    double tail = Bootstrap.TAIL / comparisons;
    Estimate share =
        Bootstrap.DEFAULT
            .estimate(
                ours.size(),
                tail,
                counts -> new double[] {1 - sum(ours, counts) / sum(theirs, counts)})[0];
    return of(share, ours.size(), tail);
  }

  /** What 90 % intervals of so many pairs say. */
  public static Reduction of(Estimate share, int pairs) {
    return of(share, pairs, Bootstrap.TAIL);
  }

  private static Reduction of(Estimate share, int pairs, double tail) {
    // Where nothing differs, all pairs have the same sign, a given one, in 1 of 2^pairs cases.
    return new Reduction(share, Math.scalb(1.0, -pairs) <= tail);
  }

  /** Whether the clock tells the two apart: the interval lies on one side of 0. */
  public boolean isMeasurable() {
    return enough && (share.low() > 0 || share.high() < 0);
  }

  private static double sum(List<Double> times, int[] counts) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * times.get(i);
    }
    return sum;
  }

  /**
   * For a table, with the interval in brackets: "73.2 % [71.8, 74.5]", "12.0 % more [8.1, 15.0]",
   * "not measurable [-20, 35]", the last without brackets where there are too few pairs.
   */
  public String cell() {
    boolean more = isMeasurable() && share.value() < 0;
    double low = 100 * (more ? -share.high() : share.low());
    double high = 100 * (more ? -share.low() : share.high());
    String figure = isMeasurable() ? percent() + (more ? " more" : "") : "not measurable";
    String end = high - low < 10 ? "%.1f" : "%.0f";
    return enough
        ? figure + String.format(Locale.ROOT, " [" + end + ", " + end + "]", low, high)
        : figure;
  }

  /**
   * The interval alone, for a narrow table: "72-74 % less", "8-15 % more", or "not measurable"
   * where there is no measurable difference.
   */
  public String range() {
    if (!isMeasurable()) {
      return "not measurable";
    }
    boolean more = share.high() < 0;
    long low = Math.round(100 * (more ? -share.high() : share.low()));
    long high = Math.round(100 * (more ? -share.low() : share.high()));
    return (low == high ? low : low + "-" + high) + (more ? " % more" : " % less");
  }

  private String percent() {
    return String.format(Locale.ROOT, "%.1f %%", 100 * Math.abs(share.value()));
  }
}
