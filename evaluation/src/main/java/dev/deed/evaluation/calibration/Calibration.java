package dev.deed.evaluation.calibration;

import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a calibration found. Immutable.
 *
 * @param goal what was asked for; null for lossless exits, whose every setting gives the answers of
 *     full depth, so that cost alone decides
 * @param searched settings that were tried
 * @param searchExamples examples of the search
 * @param testExamples examples of the test
 * @param full decode times of full depth on the latter
 * @param tested settings on the frontier in the order of the test; of lossless ones the cheapest of
 *     the search, the cheapest first
 */
public record Calibration(
    @Nullable Goal goal,
    int searched,
    int searchExamples,
    int testExamples,
    DecodeTimes full,
    List<Tested> tested) {
  /**
   * A setting that was tested.
   *
   * @param policy when it stops
   * @param outcome what became of its answers or drafts
   * @param decode times, in batches of one example
   * @param reduction 1 − what its counts come to by what full depth's do; the interval is that of
   *     the prices
   */
  public record Tested(
      ExitSettings policy, Outcome outcome, DecodeTimes decode, Estimate reduction) {
    private boolean accepted() {
      return !(outcome instanceof Losses losses) || losses.accepted;
    }
  }

  public sealed interface Outcome {}

  /**
   * Of a setting that may lose something.
   *
   * @param searchRisk loss in points on the examples of the search
   * @param risk the same on those of the test
   * @param judgement of "the loss is above the tolerance", in the sense of {@link Goal#judge}
   * @param layersRunShare decoder-layer × position evaluations by those of full depth's answers
   * @param accepted whether the goal is reached
   */
  public record Losses(
      double searchRisk, double risk, Judgement judgement, double layersRunShare, boolean accepted)
      implements Outcome {}

  /**
   * Of a lossless setting.
   *
   * @param acceptedShare drafts that were kept, of those that full depth was asked about
   * @param length drafts a verification
   * @param layerPassesShare walks through a layer's weights by those of full depth
   */
  public record Verified(double acceptedShare, double length, double layerPassesShare)
      implements Outcome {}

  /**
   * The cheapest accepted setting that is cheaper than full depth, by its counts and, as far as it
   * tells, by the clock; empty when there is none.
   */
  public Optional<Tested> chosen() {
    List<Tested> cheaper =
        tested.stream()
            .filter(Tested::accepted)
            .filter(setting -> setting.decode.ofCounts() < full.ofCounts())
            .filter(setting -> !slower(measured(setting)))
            .toList();
    return DecodeTimes.cheapest(cheaper, Tested::decode);
  }

  private static boolean slower(Reduction reduction) {
    return reduction.isMeasurable() && reduction.share().value() < 0;
  }

  /** How much less decode time than full depth the clock saw. */
  public Reduction measured(Tested setting) {
    return setting.decode.against(full);
  }
}
