package dev.deed.evaluation;

import java.util.List;

/**
 * Where a model's time goes, and so what early exit can save at most.
 *
 * @param decoderLayers number of them
 * @param tokensPerAnswer mean of full depth, end tokens included
 * @param decodeShare share of decoding in the time of an answer at full depth, 0…1
 * @param cost prices of the parts of decoding, from the runs of all policies
 */
public record Economics(
    int decoderLayers, double tokensPerAnswer, double decodeShare, DecodeCost cost) {
  static Economics of(int decoderLayers, List<Observation> full, List<Observation> all) {
    double tokens = 0;
    double decode = 0;
    double other = 0;
    for (Observation observation : full) {
      tokens += observation.tokenIds().size();
      decode += observation.decodeMillis();
      other += observation.preprocessMillis() + observation.encodeMillis();
    }
    return new Economics(
        decoderLayers, tokens / full.size(), decode / (decode + other), DecodeCost.of(all));
  }

  /** Head look-ups are as dear as so many layers; NaN when nothing shows what a layer costs. */
  public double headInLayers() {
    return cost.pass() > 0 ? cost.head() / cost.pass() : Double.NaN;
  }

  /**
   * Share of decode time that is saved when every token leaves at a layer: the most that exits can
   * bring.
   *
   * @param layer from 1
   */
  public double savedAt(int layer) {
    return 1 - answer(layer) / answer(decoderLayers);
  }

  private double answer(int layer) {
    return tokensPerAnswer * (cost.token() + layer * cost.pass() + cost.head())
        + layer * cost.firstReach();
  }
}
