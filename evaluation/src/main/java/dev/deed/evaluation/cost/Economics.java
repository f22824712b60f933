package dev.deed.evaluation.cost;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where a model's time goes, and so what early exit can save at most.
 *
 * @param batches that were measured
 * @param tokensPerAnswer mean of full depth, end tokens included
 * @param decodeShare share of decoding in the time of an answer at full depth, 0…1
 * @param prices with intervals, in the order of the components of {@link DecodeCost}
 * @param headInLayers a head look-up is as dear as so many layers
 * @param mostSaved share of decode time that is saved when every token leaves at layer 1: the most
 *     that exits can bring
 * @param spread half of the answers took more than this share more or less time than their counts
 *     come to
 */
public record Economics(
    int batches,
    double tokensPerAnswer,
    Estimate decodeShare,
    List<Estimate> prices,
    Estimate headInLayers,
    Estimate mostSaved,
    double spread) {
  /** Answers of a machine that does nothing else take 5 to 10 % more or less than their counts. */
  private static final double STEADY = 0.25;

  /** Fewer can all deviate in one direction by chance. */
  public static final int FEWEST_BATCHES = 5;

  /**
   * @param decoderLayers of the model
   * @param full observations of full depth, [examples]
   * @param batch how many were decoded together
   */
  public static Economics of(int decoderLayers, List<Observation> full, int batch, PriceFit fit) {
    double tokens =
        full.stream().mapToInt(answer -> answer.tokenIds().size()).average().orElseThrow();
    Estimate decodeShare =
        Bootstrap.DEFAULT.estimateOne(
            fit.batches(),
            counts -> {
              double decode = sum(full, counts, batch, Observation::decodeMillis);
              return decode / (decode + sum(full, counts, batch, Economics::otherMillis));
            });
    Estimate[] prices = fit.estimate(DecodeCost::prices);
    Estimate[] shares =
        fit.estimate(
            cost ->
                new double[] {
                  cost.head() / cost.pass(),
                  1 - answer(cost, tokens, 1) / answer(cost, tokens, decoderLayers)
                });
    return new Economics(
        fit.batches(), tokens, decodeShare, List.of(prices), shares[0], shares[1], fit.spread());
  }

  private static double otherMillis(Observation observation) {
    return observation.timing().preprocessMillis() + observation.timing().encodeMillis();
  }

  private static double sum(
      List<Observation> run, int[] counts, int batch, ToDoubleFunction<Observation> figure) {
    double sum = 0;
    for (int i = 0; i < run.size(); i++) {
      sum += counts[i / batch] * figure.applyAsDouble(run.get(i));
    }
    return sum;
  }

  private static double answer(DecodeCost cost, double tokens, int layer) {
    return tokens * (cost.token() + layer * cost.pass() + cost.head()) + layer * cost.firstReach();
  }

  /** Whether times are as even as on a machine that does little else. */
  public boolean steady() {
    return spread <= STEADY;
  }
}
