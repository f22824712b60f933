package dev.deed.decode;

import dev.deed.decode.logits.Alternative;
import java.util.List;

/**
 * A token, and the step that emitted it.
 *
 * @param logProbability natural logarithm of the token's probability at its exit, before logits
 *     processors
 * @param exitLayer layer that emitted it, from 1; of a draft that was kept the layer where it left
 *     the decoder, 0 where it was copied from the encoder's input
 * @param confidence the rule's measure at that exit, after logits processors; for full and static:
 *     the largest probability
 * @param consulted confidences measured below the last layer, in order; exits that a gate or
 *     shortlist passed by are not among them
 * @param effort what the step took, of this sequence alone; look-ups for alternatives do not count
 * @param alternatives the most probable tokens at that exit, most probable first, as many as the
 *     listener {@linkplain StepListener#alternatives asks for}: of the distribution of {@code
 *     logProbability}, and never a token of probability 0
 * @param dropped positions that were decoded in vain before a token of full depth: the draft that it
 *     takes the place of, and what was decoded behind that; empty where none was
 */
public record StepResult(
    int token,
    double logProbability,
    int exitLayer,
    double confidence,
    List<Double> consulted,
    Effort effort,
    List<Alternative> alternatives,
    List<Dropped> dropped) {
  /**
   * A position that was decoded in vain.
   *
   * @param exitLayer where it left the decoder, from 1; 0 for a copy of the encoder's input; the last
   *     layer where it left at none before
   * @param consulted confidences that its exits were asked for below the last layer, in order
   */
  public record Dropped(int exitLayer, List<Double> consulted) {
    public Dropped {
      consulted = List.copyOf(consulted);
    }
  }

  public StepResult {
    consulted = List.copyOf(consulted);
    alternatives = List.copyOf(alternatives);
    dropped = List.copyOf(dropped);
  }

  /** A draft that no layer ran for: it was copied from the encoder's input. */
  static StepResult copied(int token) {
    return new StepResult(token, 0, 0, 0, List.of(), Effort.NONE, List.of(), List.of());
  }

  /** The same token as a draft: where it left, and how sure the exit was, if one was asked. */
  StepResult draftedBy(StepResult draft) {
    return new StepResult(
        token,
        logProbability,
        draft.exitLayer,
        draft.exitLayer == 0 ? confidence : draft.confidence,
        draft.consulted,
        effort,
        alternatives,
        dropped);
  }

  /** The same step with another token. */
  StepResult saying(int other) {
    return other == token
        ? this
        : new StepResult(
            other, logProbability, exitLayer, confidence, consulted, effort, alternatives, dropped);
  }

  /** The same token in the place of drafts. */
  StepResult dropping(List<Dropped> positions) {
    return new StepResult(
        token,
        logProbability,
        exitLayer,
        confidence,
        consulted,
        effort,
        alternatives,
        positions);
  }

  /** The same with what exits below were asked for. */
  StepResult asked(List<Double> below) {
    return new StepResult(
        token, logProbability, exitLayer, confidence, below, effort, alternatives, dropped);
  }
}
