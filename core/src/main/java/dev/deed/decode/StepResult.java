package dev.deed.decode;

import java.util.List;

/**
 * A token, and the step that emitted it.
 *
 * @param logProbability natural logarithm of the token's probability at its exit, before logits
 *     processors
 * @param exitLayer layer that emitted it, from 1
 * @param confidence the rule's measure at that exit, after logits processors; for full and static:
 *     the largest probability
 * @param consulted confidences measured below the last layer, in order; exits that a gate or
 *     shortlist passed by are not among them
 * @param effort what the step took, of this sequence alone
 */
public record StepResult(
    int token,
    double logProbability,
    int exitLayer,
    double confidence,
    List<Double> consulted,
    Effort effort) {
  public StepResult {
    consulted = List.copyOf(consulted);
  }
}
