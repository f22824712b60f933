package dev.deed.evaluation.calibration;

import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a calibration of lossless exits found. Every setting gives the answers of full depth, so
 * cost alone decides. Immutable.
 *
 * @param searched settings that were tried
 * @param searchExamples examples of the search
 * @param testExamples other examples, on which the cheapest were measured again
 * @param full decode times of full depth on the latter
 * @param tested settings that were measured again, the cheapest of the search first
 */
public record LosslessCalibration(
    int searched, int searchExamples, int testExamples, DecodeTimes full, List<Tested> tested) {
  public LosslessCalibration {
    tested = List.copyOf(tested);
  }

  /**
   * A setting that was measured again.
   *
   * @param policy when drafts leave
   * @param acceptedShare drafts that were kept, of those that full depth was asked about
   * @param length drafts a verification
   * @param layerPassesShare walks through a layer's weights by those of full depth
   * @param decode times, in batches of one example
   * @param reduction 1 − what its counts come to by what full depth's do; the interval is that of
   *     the prices
   */
  public record Tested(
      ExitSettings policy,
      double acceptedShare,
      double length,
      double layerPassesShare,
      DecodeTimes decode,
      Estimate reduction) {}

  /**
   * The cheapest setting that is cheaper than full depth, by its counts and, as far as it tells, by
   * the clock; empty when there is none.
   */
  public Optional<Tested> chosen() {
    List<Tested> cheaper =
        tested.stream()
            .filter(setting -> setting.decode.ofCounts() < full.ofCounts())
            .filter(setting -> !slower(measured(setting)))
            .toList();
    return DecodeTimes.cheapest(cheaper, Tested::decode);
  }

  private static boolean slower(Reduction reduction) {
    return reduction.told() && reduction.share().value() < 0;
  }

  /** How much less decode time than full depth the clock saw. */
  public Reduction measured(Tested setting) {
    return setting.decode.against(full);
  }
}
