package dev.deed.evaluation.calibration;

/**
 * Bets against "the true mean loss is at least the tolerance m", one loss x after the other:
 * capital K = Π (1 + λ (m − x)), 1 at first, with stakes λ within 0…1 / (1 − m) that depend on
 * earlier losses alone. Where the claim is true no bet gains on average, so K reaches 1 / δ with a
 * probability of at most δ (Ville's inequality), and 1 / max K is a p-value (Waudby-Smith & Ramdas
 * 2024, "Estimating means of bounded random variables by betting", arXiv 2010.09686, section 4).
 *
 * <p>The stakes aim at a capital of 1 / δ after the last of n losses: λ = √(2 (ln(1 / δ) − ln K) /
 * ((n − t) v)) before loss t, from 0, where v is the mean square of (m − x) so far (Waudby-Smith &
 * Ramdas's plug-in, equation 26, with what is still to be gained and how many losses are left in
 * place of all: Voráček & Orabona 2025, "STaR-Bets: Sequential Target-Recalculating Bets for
 * Tighter Confidence Intervals", arXiv 2505.22422). Once the capital is reached, nothing more is
 * staked. No stake is more than {@value #MOST} of the range, so that a whole loss never takes all.
 */
final class TargetedBets {
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
