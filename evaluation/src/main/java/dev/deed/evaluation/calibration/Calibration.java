package dev.deed.evaluation.calibration;

import dev.deed.decode.ExitPolicy;
import java.util.List;
import java.util.Optional;

/**
 * What a calibration found. Immutable.
 *
 * @param goal what was asked for
 * @param searched settings that were tried
 * @param searchExamples examples of the search
 * @param testExamples examples of the test
 * @param fullMillis mean decode time of full depth on the latter, from the prices of its parts
 * @param tested settings on the frontier in the order of the test
 */
public record Calibration(
    Goal goal,
    int searched,
    int searchExamples,
    int testExamples,
    double fullMillis,
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
   * @param pValue of "the loss is above the tolerance", in the sense of {@link Goal#pValue}
   * @param decodeMillis mean per example, from the prices of its parts
   * @param layersRunShare decoder-layer × position evaluations by those of full depth's answers
   * @param accepted whether the goal is reached
   */
  public record Tested(
      ExitPolicy policy,
      double searchRisk,
      double risk,
      double pValue,
      double decodeMillis,
      double layersRunShare,
      boolean accepted) {}

  /** The fastest accepted setting that is faster than full depth; empty when there is none. */
  public Optional<Tested> chosen() {
    return tested.stream()
        .filter(Tested::accepted)
        .min(java.util.Comparator.comparingDouble(Tested::decodeMillis))
        .filter(best -> best.decodeMillis < fullMillis);
  }

  /** Share of full depth's decode time that a setting saves. */
  public double reduction(Tested setting) {
    return 1 - setting.decodeMillis / fullMillis;
  }
}
