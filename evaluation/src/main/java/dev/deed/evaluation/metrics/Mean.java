package dev.deed.evaluation.metrics;

/** Statistics of metrics that are a mean over examples: {total, examples}. */
final class Mean {
  private Mean() {}

  static double[] of(double score) {
    return new double[] {score, 1};
  }

  static double plain(double[] sum) {
    return sum[1] == 0 ? 0 : sum[0] / sum[1];
  }

  static double perCent(double[] sum) {
    return 100 * plain(sum);
  }
}
