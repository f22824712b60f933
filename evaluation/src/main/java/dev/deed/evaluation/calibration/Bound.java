package dev.deed.evaluation.calibration;

import java.util.Arrays;

/**
 * How surprising the losses of a test are if their true mean is too large. Each bound is valid for
 * independent losses within 0…1, whatever their distribution.
 */
public enum Bound {
  /** By the mean alone, see {@link RiskBound}: best where a loss is all or nothing. */
  HOEFFDING_BENTKUS("hoeffding-bentkus") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return RiskBound.pValue(mean(test), test.length, tolerance);
    }
  },

  /**
   * By bets on one loss after the other, see {@link TargetedBets}: best where answers lose parts of
   * what they can lose. The stakes follow how much losses spread, which the search tells at first.
   * The bound stays valid, because no example of the search is in the test.
   */
  BETTING("betting") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return new TargetedBets(tolerance, 1 - level, search).pValue(test);
    }
  };

  /**
   * Losses are parts where the mean of their squares is below this share of their mean. Where all
   * are whole, both means are the same. Chosen by what lab/results/correctness.md measured.
   */
  private static final double PARTS = 0.75;

  private final String label;

  Bound(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /**
   * The bound that a test takes: betting for a setting whose losses in the search are parts of what
   * can be lost, Hoeffding-Bentkus for the others, for those without any loss, and where the test
   * is too small for bets to show anything.
   *
   * <p>The smaller of two p-values is no p-value. Here none is chosen by its size: the search and
   * the number of examples settle which one is taken, before the test is looked at.
   *
   * @param search losses of the setting in the search, within 0…1
   * @param test number of examples of the test, at least one
   * @param tolerance within 0…1, both excluded
   * @param level within 0…1, both excluded
   */
  public static Bound of(double[] search, int test, double tolerance, double level) {
    double sum = Arrays.stream(search).sum();
    boolean parts = Arrays.stream(search).map(loss -> loss * loss).sum() < PARTS * sum;
    return parts && tolerance >= TargetedBets.smallestTolerance(test, 1 - level)
        ? BETTING
        : HOEFFDING_BENTKUS;
  }

  /**
   * The p-value of "the true mean loss is above the tolerance".
   *
   * @param search losses of the setting in the search, within 0…1
   * @param test losses of the setting in the test, within 0…1, at least one, in an order that knows
   *     nothing of them
   * @param tolerance within 0…1, both excluded
   * @param level how sure it must be, within 0…1, both excluded: bets aim at a p-value of 1 − level
   * @return within 0…1
   */
  public abstract double pValue(double[] search, double[] test, double tolerance, double level);

  static double mean(double[] losses) {
    return Arrays.stream(losses).average().orElseThrow();
  }
}
