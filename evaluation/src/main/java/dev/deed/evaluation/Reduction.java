package dev.deed.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How much less time one run took than another for the same work, measured in pairs: 1 − sum by
 * sum. Immutable.
 *
 * @param share below 0 where it took more
 * @param told whether the clock tells the two apart: the interval lies on one side of 0, and there
 *     are pairs enough that it would not do so by chance
 */
public record Reduction(Estimate share, boolean told) {
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
  static Reduction of(List<Double> ours, List<Double> theirs, int comparisons) {
    double tail = Bootstrap.TAIL / comparisons;
    return of(ours.size(), tail, counts -> 1 - sum(ours, counts) / sum(theirs, counts));
  }

  /**
   * A share of any making.
   *
   * @param pairs number of them, at least 1
   * @param share given how often each pair counts, [pairs]
   */
  public static Reduction of(int pairs, ToDoubleFunction<int[]> share) {
    return of(pairs, Bootstrap.TAIL, share);
  }

  private static Reduction of(int pairs, double tail, ToDoubleFunction<int[]> share) {
    Estimate estimate =
        Bootstrap.DEFAULT
            .estimate(pairs, tail, counts -> new double[] {share.applyAsDouble(counts)})[0];
    return of(estimate, pairs, tail);
  }

  /** What 90 % intervals of so many pairs say. */
  static Reduction of(Estimate share, int pairs) {
    return of(share, pairs, Bootstrap.TAIL);
  }

  private static Reduction of(Estimate share, int pairs, double tail) {
    // Where nothing differs, all pairs have the same sign, a given one, in 1 of 2^pairs cases.
    boolean enough = Math.scalb(1.0, -pairs) <= tail;
    return new Reduction(share, enough && (share.low() > 0 || share.high() < 0));
  }

  private static double sum(List<Double> times, int[] counts) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * times.get(i);
    }
    return sum;
  }

  /**
   * In words: "73.2 % less decode time (±1.4)", "12.0 % more decode time (±3.1)", "decode time not
   * told apart (±35.2 %)".
   *
   * @param what what was compared
   */
  public String words(String what) {
    double percent = 100 * Math.abs(share.value());
    double margin = 100 * share.margin();
    if (!told) {
      return String.format(Locale.ROOT, "%s not told apart (±%.1f %%)", what, margin);
    }
    String less = share.value() > 0 ? "less" : "more";
    return String.format(Locale.ROOT, "%.1f %% %s %s (±%.1f)", percent, less, what, margin);
  }
}
