package dev.deed;

import dev.deed.decode.StepResult;
import java.util.List;

/**
 * A token of an answer. Immutable.
 *
 * @param index its place in the answer, from 0
 * @param id its number in the model's vocabulary
 * @param exitLayer the layer that emitted it, from 1
 * @param confidence what the policy measured at that exit, after logits processors; at full depth
 *     and at a fixed layer the largest probability
 * @param logProbability natural logarithm of its probability at that exit, before logits
 *     processors; not finite only where {@code remove_invalid_values} is on and the model computed
 *     such a score
 * @param consulted the confidences that were measured below the last layer, in the order of the
 *     layers; an exit that a gate or a shortlist passed by has none
 */
public record Token(
    int index,
    int id,
    int exitLayer,
    double confidence,
    double logProbability,
    List<Double> consulted) {
  /** Copies the list. */
  public Token {
    consulted = List.copyOf(consulted);
  }

  static Token of(int index, StepResult step) {
    return new Token(
        index,
        step.token(),
        step.exitLayer(),
        step.confidence(),
        step.logProbability(),
        step.consulted());
  }
}
