package dev.deed.value;

import java.util.List;

/**
 * What decoding took: a step of one sequence, or all sequences of one input together, as if it were
 * decoded alone. Immutable.
 *
 * @param layersRun how often a layer ran for a position; layers that were filled in later for
 *     tokens that had left early count too
 * @param layersPossible how often layers would have run for the same positions at full depth
 * @param layerPasses how often a layer's weights were walked through; a block of positions that ran
 *     together counts once, and so do rows that run side by side
 * @param headLookups how often the head computed logits
 * @param narrowLayersRun how many of {@code layersRun} were layers of a narrow copy, which drafts
 */
public record Effort(
    int layersRun, int layersPossible, int layerPasses, int headLookups, int narrowLayersRun) {
  /** None. */
  public static final Effort NONE = new Effort(0, 0, 0, 0);

  /**
   * Without layers of a narrow copy.
   *
   * @param layersRun how often a layer ran for a position
   * @param layersPossible how often layers would have run at full depth
   * @param layerPasses how often a layer's weights were walked through
   * @param headLookups how often the head computed logits
   */
  public Effort(int layersRun, int layersPossible, int layerPasses, int headLookups) {
    this(layersRun, layersPossible, layerPasses, headLookups, 0);
  }

  /**
   * {@return this and one more step of all rows of an input}
   *
   * @param rows what each row took, side by side
   */
  public Effort plus(List<Effort> rows) {
    return new Effort(
        layersRun + rows.stream().mapToInt(Effort::layersRun).sum(),
        layersPossible + rows.stream().mapToInt(Effort::layersPossible).sum(),
        layerPasses + rows.stream().mapToInt(Effort::layerPasses).max().orElse(0),
        headLookups + rows.stream().mapToInt(Effort::headLookups).sum(),
        narrowLayersRun + rows.stream().mapToInt(Effort::narrowLayersRun).sum());
  }

  /**
   * {@return the same with what full depth would have run}
   *
   * @param possible how often layers would have run
   */
  public Effort withPossible(int possible) {
    return new Effort(layersRun, possible, layerPasses, headLookups, narrowLayersRun);
  }

  /** {@return the same, all of whose layers were those of a narrow copy} */
  public Effort ofNarrowLayers() {
    return new Effort(layersRun, layersPossible, layerPasses, headLookups, layersRun);
  }
}
