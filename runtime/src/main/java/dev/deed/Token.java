package dev.deed;

import dev.deed.decode.StepResult;
import java.util.List;

/**
 * A token of an answer. Immutable.
 *
 * @param index its place in the answer, from 0
 * @param id in the model's vocabulary
 * @param exitLayer the decoder layer that emitted it, from 1
 * @param confidence the policy's measure at that exit, after logits processors; at full depth and a
 *     fixed layer the largest probability
 * @param logProbability natural logarithm of its probability at its exit, before logits processors
 * @param consulted confidences measured below the last layer, in order; exits that a gate or
 *     shortlist passed by are not among them
 */
public record Token(
    int index,
    int id,
    int exitLayer,
    double confidence,
    double logProbability,
    List<Double> consulted) {
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
