package dev.deed.evaluation.calibration;

/**
 * How surprising a small mean loss is if the true one is too large: the Hoeffding-Bentkus p-value
 * (Bates et al. 2021, arXiv 2101.02703; as used in Learn then Test, Angelopoulos et al. 2021, arXiv
 * 2110.01052, proposition 1). Valid for independent losses within 0…1, whatever their distribution.
 */
final class RiskBound {
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
