package dev.deed.decode;

import java.util.List;

/**
 * What decoding took: a step of one sequence, or all sequences and hypotheses of one input
 * together, as if it were decoded alone.
 *
 * @param layersRun decoder-layer × position evaluations, fills included
 * @param layersPossible evaluations that full depth would have made for the same positions
 * @param layerPasses how often a layer's weights were walked through; a filled block counts once,
 *     and so do rows that run side by side
 * @param headLookups how often logits were computed, those of a shortlist apart
 */
public record Effort(int layersRun, int layersPossible, int layerPasses, int headLookups) {
  static final Effort NONE = new Effort(0, 0, 0, 0);

  /** The same with what full depth would have run. */
  Effort withPossible(int possible) {
    return new Effort(layersRun, possible, layerPasses, headLookups);
  }

  /** What the steps of one sequence took that is the only one of its input. */
  public static Effort of(List<StepResult> steps) {
    return new Effort(
        steps.stream().mapToInt(step -> step.effort().layersRun()).sum(),
        steps.stream().mapToInt(step -> step.effort().layersPossible()).sum(),
        steps.stream().mapToInt(step -> step.effort().layerPasses()).sum(),
        steps.stream().mapToInt(step -> step.effort().headLookups()).sum());
  }

  /** With what one more step of all rows of an input took, each of them. */
  Effort plus(List<Effort> efforts) {
    return new Effort(
        layersRun + efforts.stream().mapToInt(Effort::layersRun).sum(),
        layersPossible + efforts.stream().mapToInt(Effort::layersPossible).sum(),
        layerPasses + efforts.stream().mapToInt(Effort::layerPasses).max().orElse(0),
        headLookups + efforts.stream().mapToInt(Effort::headLookups).sum());
  }
}
