package dev.deed.decode;

import java.util.List;

/**
 * What decoding one input took, all of its sequences and hypotheses together, as if it were decoded
 * alone.
 *
 * @param layersRun decoder-layer × position evaluations, fills included
 * @param layersPossible evaluations that full depth would have made for the same positions
 * @param layerPasses how often a layer's weights were walked through; a filled block counts once,
 *     and so do rows that run side by side
 * @param headLookups how often logits were computed
 */
public record Effort(int layersRun, int layersPossible, int layerPasses, int headLookups) {
  static final Effort NONE = new Effort(0, 0, 0, 0);

  /** With one more step of all rows of an input. */
  Effort plus(List<StepOutcome> rows) {
    return new Effort(
        layersRun + rows.stream().mapToInt(StepOutcome::layersRun).sum(),
        layersPossible + rows.stream().mapToInt(StepOutcome::layersPossible).sum(),
        layerPasses + rows.stream().mapToInt(StepOutcome::layerPasses).max().orElse(0),
        headLookups + rows.stream().mapToInt(StepOutcome::headLookups).sum());
  }
}
