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

  /**
   * How surprising a small mean loss is if the true one is too large: the Hoeffding-Bentkus p-value
   * (Bates et al. 2021, arXiv 2101.02703; as used in Learn then Test, Angelopoulos et al. 2021,
   * arXiv 2110.01052, proposition 1). Valid for independent losses within 0…1, whatever their
   * distribution.
   */
  static final class RiskBound {
    private RiskBound() {}

    /**
     * The p-value of "the true mean loss is above {@code tolerance}".
     *
     * @param meanLoss of the examples, within 0…1
     * @param examples number of them, at least 1
     * @param tolerance within 0…1, both excluded
     * @return within 0…1; 1 where the mean loss is not below the tolerance
     */
    static double pValue(double meanLoss, int examples, double tolerance) {
      if (meanLoss >= tolerance) {
        return 1;
      }
      double hoeffding = Math.exp(-examples * divergence(meanLoss, tolerance));
      // A mean of halves and thirds may stand a hair above the whole number that it is.
      int most = (int) Math.ceil(examples * meanLoss - 1e-9);
      double bentkus = Math.E * binomialBelow(most, examples, tolerance);
      return Math.min(1, Math.min(hoeffding, bentkus));
    }

    /** Relative entropy of two coins, {@code a} below {@code b}. */
    private static double divergence(double a, double b) {
      double heads = a == 0 ? 0 : a * Math.log(a / b);
      return heads + (1 - a) * Math.log((1 - a) / (1 - b));
    }

    /** Probability of at most {@code most} heads in {@code tosses} of a coin. */
    static double binomialBelow(int most, int tosses, double heads) {
      double logOdds = Math.log(heads) - Math.log1p(-heads);
      double logTerm = tosses * Math.log1p(-heads);
      double sum = Math.exp(logTerm);
      for (int k = 1; k <= most; k++) {
        logTerm += Math.log((double) (tosses - k + 1) / k) + logOdds;
        sum += Math.exp(logTerm);
      }
      return Math.min(1, sum);
    }
  }

  /**
   * Bets against "the true mean loss is at least the tolerance m", one loss x after the other:
   * capital K = Π (1 + λ (m − x)), 1 at first, with stakes λ within 0…1 / (1 − m) that depend on
   * earlier losses alone. Where the claim is true no bet gains on average, so K reaches 1 / δ with
   * a probability of at most δ (Ville's inequality), and 1 / max K is a p-value (Waudby-Smith &
   * Ramdas 2024, "Estimating means of bounded random variables by betting", arXiv 2010.09686,
   * section 4).
   *
   * <p>The stakes aim at a capital of 1 / δ after the last of n losses: λ = √(2 (ln(1 / δ) − ln K)
   * / ((n − t) v)) before loss t, from 0, where v is the mean square of (m − x) so far
   * (Waudby-Smith & Ramdas's plug-in, equation 26, with what is still to be gained and how many
   * losses are left in place of all: Voráček & Orabona 2025, "STaR-Bets: Sequential
   * Target-Recalculating Bets for Tighter Confidence Intervals", arXiv 2505.22422). Once the
   * capital is reached, nothing more is staked. No stake is more than {@value #MOST} of the range,
   * so that a whole loss never takes all.
   */
  private static final class TargetedBets {
    private static final double MOST = 0.95;

    private final double tolerance;
    private final double target;

    /** Sum of squares of (m − x), with one loss of all or nothing whose mean is the tolerance. */
    private double squares;

    private double seen = 1;
    private double logCapital;
    private double mostLogCapital;

    /**
     * @param tolerance within 0…1, both excluded
     * @param delta share of tests, at most, that accept a mean loss of the tolerance or more
     * @param search losses within 0…1 that the first stakes learn the spread from; none of the test
     */
    TargetedBets(double tolerance, double delta, double[] search) {
      this.tolerance = tolerance;
      this.target = Math.log(1 / delta);
      this.squares = tolerance * (1 - tolerance);
      for (double loss : search) {
        see(loss);
      }
    }

    /**
     * The smallest tolerance that bets can show: where nothing is lost and every stake is the
     * largest, the capital is (1 + 0.95 m / (1 − m))^n.
     *
     * @param examples n, at least 1
     */
    static double smallestTolerance(int examples, double delta) {
      double gain = Math.expm1(-Math.log(delta) / examples);
      return gain / (MOST + gain);
    }

    /**
     * The p-value of "the true mean loss is at least the tolerance".
     *
     * @param test losses within 0…1, in an order that knows nothing of them
     * @return within 0…1
     */
    double pValue(double[] test) {
      for (int i = 0; i < test.length; i++) {
        double stake = stake(test.length - i);
        logCapital += Math.log1p(stake * (tolerance - test[i]));
        mostLogCapital = Math.max(mostLogCapital, logCapital);
        see(test[i]);
      }
      return Math.exp(-mostLogCapital);
    }

    private double stake(int left) {
      if (mostLogCapital >= target) {
        return 0;
      }
      double aimed = Math.sqrt(2 * (target - logCapital) / (left * squares / seen));
      return Math.min(MOST / (1 - tolerance), aimed);
    }

    private void see(double loss) {
      squares += (loss - tolerance) * (loss - tolerance);
      seen++;
    }
  }
}
