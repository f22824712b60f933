package dev.deed.evaluation.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * ROUGE-L F1 (Lin 2004) as the package rouge-score computes it without stemming, in per cent:
 * longest common subsequence of runs of a–z and 0–9 after lower-casing; of several references the
 * best.
 */
public record RougeL() implements Metric {
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

  @Override
  public String name() {
    return "rougeL";
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    List<String> made = tokens(hypothesis);
    return Mean.of(
        references.stream().mapToDouble(reference -> f1(made, tokens(reference))).max().orElse(0));
  }

  private static double f1(List<String> made, List<String> expected) {
    int common = longestCommonSubsequence(made, expected);
    return common == 0 ? 0 : 2.0 * common / (made.size() + expected.size());
  }

  private static int longestCommonSubsequence(List<String> a, List<String> b) {
    int[] row = new int[b.size() + 1];
    for (String token : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.size(); j++) {
        int above = row[j];
        row[j] = token.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[b.size()];
  }

  private static List<String> tokens(String text) {
    return Arrays.stream(OTHERS.split(text.toLowerCase(Locale.ROOT), -1))
        .filter(token -> !token.isEmpty())
        .toList();
  }
}
