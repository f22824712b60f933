package dev.deed.evaluation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class NGrams {
  private NGrams() {}

  /** How often each run of {@code n} tokens occurs. */
  static Map<List<String>, Integer> ofTokens(List<String> tokens, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(List.copyOf(tokens.subList(i, i + n)), 1, Integer::sum);
    }
    return counts;
  }

  /** How often each run of {@code n} code points occurs. */
  static Map<String, Integer> ofCodePoints(int[] text, int n) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= text.length; i++) {
      counts.merge(new String(text, i, n), 1, Integer::sum);
    }
    return counts;
  }

  static int total(Map<?, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Size of the intersection of two bags. */
  static <K> int common(Map<K, Integer> a, Map<K, Integer> b) {
    return a.entrySet().stream()
        .mapToInt(gram -> Math.min(gram.getValue(), b.getOrDefault(gram.getKey(), 0)))
        .sum();
  }
}
