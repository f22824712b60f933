package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.stream.IntStream;

/** Levenshtein's distance: fewest insertions, deletions and substitutions. */
final class EditDistance {
  private EditDistance() {}

  static <T> int between(List<T> a, List<T> b) {
    int[] row = IntStream.rangeClosed(0, b.size()).toArray();
    for (int i = 1; i <= a.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.size(); j++) {
        int substituted = diagonal + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.size()];
  }

  static List<Integer> characters(String text) {
    return text.codePoints().boxed().toList();
  }
}
