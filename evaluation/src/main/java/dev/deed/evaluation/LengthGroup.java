package dev.deed.evaluation;

import java.util.List;

/**
 * Figures of the examples whose answers are about as long; docs: evaluation.md.
 *
 * @param shortest tokens of full depth's answer by the first model, the end token included
 * @param longest likewise
 * @param examples how many there are
 * @param figures every {@link RunTotals.Figure}, then the metrics
 */
public record LengthGroup(int shortest, int longest, int examples, List<Double> figures) {
  /** The group of an answer: lengths 1, 2, 3–4, 5–8, and so on, doubling. */
  static int of(int tokens) {
    return 32 - Integer.numberOfLeadingZeros(Math.max(tokens, 1) - 1);
  }

  static int shortest(int group) {
    return group == 0 ? 0 : (1 << (group - 1)) + 1;
  }

  static int longest(int group) {
    return 1 << group;
  }
}
