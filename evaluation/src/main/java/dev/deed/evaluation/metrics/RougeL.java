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
final class RougeL {
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

  private RougeL() {}

  static double score(String hypothesis, String reference) {
    List<String> made = tokens(hypothesis);
    List<String> expected = tokens(reference);
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
