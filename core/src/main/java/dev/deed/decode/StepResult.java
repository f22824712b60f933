package dev.deed.decode;

import java.util.List;

/**
 * What one step of one sequence gave.
 *
 * @param token emitted token
 * @param exitLayer layer that emitted it, from 1
 * @param confidence the policy's measure at that exit, after logits processors; for full and
 *     static: the largest probability
 * @param logProbability natural logarithm of the token's probability at its exit, before logits
 *     processors
 * @param consulted confidences asked below the last layer, in order; exits that a gate or shortlist
 *     passed by are not among them
 * @param layersRun decoder-layer × position evaluations, fills included
 * @param layerPasses how often a layer's weights were walked through; a filled block counts once
 * @param headLookups how often logits were computed, those of a shortlist apart
 */
public record StepResult(
    int token,
    int exitLayer,
    double confidence,
    double logProbability,
    List<Double> consulted,
    int layersRun,
    int layerPasses,
    int headLookups) {
  public StepResult {
    consulted = List.copyOf(consulted);
  }
}
