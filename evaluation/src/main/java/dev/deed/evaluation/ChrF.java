package dev.deed.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * chrF2 (Popović 2015) as sacreBLEU computes it: character n-grams up to 6 without white space,
 * recall counting twice, of several references the one that suits the hypothesis best, precision
 * and recall averaged over orders.
 *
 * <p>Statistics: for each order the n-grams of the hypothesis, of the reference, and in common.
 */
record ChrF() implements Metric {
  private static final int ORDERS = 6;
  private static final double BETA_SQUARED = 4;

  @Override
  public String name() {
    return "chrf";
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    int[] characters = characters(hypothesis);
    return references.stream()
        .map(reference -> compare(characters, characters(reference)))
        .max(Comparator.comparingDouble(this::value))
        .orElseThrow();
  }

  private static double[] compare(int[] hypothesis, int[] reference) {
    double[] statistics = new double[3 * ORDERS];
    for (int n = 1; n <= ORDERS; n++) {
      Map<String, Integer> made = NGrams.ofCodePoints(hypothesis, n);
      Map<String, Integer> expected = NGrams.ofCodePoints(reference, n);
      int at = 3 * (n - 1);
      statistics[at] = expected.isEmpty() ? 0 : NGrams.total(made);
      statistics[at + 1] = NGrams.total(expected);
      statistics[at + 2] = NGrams.common(made, expected);
    }
    return statistics;
  }

  private static int[] characters(String text) {
    return String.join("", Words.of(text)).codePoints().toArray();
  }

  @Override
  public double value(double[] sum) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int at = 0; at < sum.length; at += 3) {
      if (sum[at] > 0 && sum[at + 1] > 0) {
        precision += sum[at + 2] / sum[at];
        recall += sum[at + 2] / sum[at + 1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }
}
