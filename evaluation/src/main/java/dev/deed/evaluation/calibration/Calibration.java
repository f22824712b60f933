package dev.deed.evaluation.calibration;

import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a calibration found. Immutable.
 *
 * @param goal what was asked for
 * @param searched settings that were tried
 * @param searchExamples examples of the search
 * @param testExamples examples of the test
 * @param full decode times of full depth on the latter
 * @param tested settings on the frontier in the order of the test
 */
public record Calibration(
    Goal goal,
    int searched,
    int searchExamples,
    int testExamples,
    DecodeTimes full,
    List<Tested> tested) {
  public Calibration {
    tested = List.copyOf(tested);
  }

  /**
   * A setting that was tested.
   *
   * @param policy when it stops
   * @param searchRisk loss in points on the examples of the search
   * @param risk the same on those of the test
   * @param judgement of "the loss is above the tolerance", in the sense of {@link Goal#judge}
   * @param decode times, in batches of one example
   * @param reduction 1 − what its counts come to by what full depth's do; the interval is that of
   *     the prices
   * @param layersRunShare decoder-layer × position evaluations by those of full depth's answers
   * @param accepted whether the goal is reached
   */
  public record Tested(
      ExitSettings policy,
      double searchRisk,
      double risk,
      Judgement judgement,
      DecodeTimes decode,
      Estimate reduction,
      double layersRunShare,
      boolean accepted) {
    /** See {@link Judgement#pValue}. */
    public double pValue() {
      return judgement.pValue();
    }
  }

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
    return reduction.told() && reduction.share().value() < 0;
  }

  /** How much less decode time than full depth the clock saw. */
  public Reduction measured(Tested setting) {
    return setting.decode.against(full);
  }
}
