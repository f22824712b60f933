package dev.deed.evaluation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of the examples whose answers are about as long; docs: evaluation.md.
 *
 * @param shortest tokens of full depth's answer by the first model, the end token included
 * @param longest likewise
 * @param examples how many there are
 * @param figures by their names in JSON, metrics among them
 */
public record LengthGroup(int shortest, int longest, int examples, Map<String, Double> figures) {
  public LengthGroup {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** The group of an answer: lengths 1, 2, 3–4, 5–8, and so on, doubling. */
  static int of(int tokens) {
    return 32 - Integer.numberOfLeadingZeros(Math.max(tokens, 1) - 1);
  }

  /** Shortest length of a group. */
  static int shortest(int group) {
    return group == 0 ? 0 : (1 << (group - 1)) + 1;
  }

  /** Longest length of a group. */
  static int longest(int group) {
    return 1 << group;
  }
}
