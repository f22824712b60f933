package dev.deed.evaluation.calibration;

import dev.deed.evaluation.Reduction;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.value.ExitSettings;
import java.util.Comparator;
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
 * @param full decode milliseconds of full depth on the latter, [examples]
 * @param tested settings on the frontier in the order of the test; of lossless ones the cheapest of
 *     the search, the cheapest first
 */
public record Calibration(
    @Nullable Goal goal,
    int searched,
    int searchExamples,
    int testExamples,
    List<Double> full,
    List<Tested> tested) {
  /** What is said of two settings is to be wrong in one case of a hundred, not in one of ten. */
  private static final int SURE = 10;

  /**
   * A setting that was tested.
   *
   * @param policy when it stops
   * @param outcome what became of its answers or drafts
   * @param decode milliseconds, [examples]
   * @param cost what its counts come to by what full depth's do
   */
  public record Tested(ExitSettings policy, Outcome outcome, List<Double> decode, double cost) {
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
   * The cheapest accepted setting that is cheaper than full depth: that whose counts come to least,
   * of equals the first, unless the clock tells that another is faster. Then counts miss something,
   * such as what a gate costs. Empty when none is cheaper.
   */
  public Optional<Tested> chosen() {
    List<Tested> cheaper =
        tested.stream()
            .filter(Tested::accepted)
            .filter(setting -> setting.cost < 1)
            .filter(setting -> !isFaster(full, setting.decode, 1))
            .toList();
    return cheaper.stream()
        .min(Comparator.comparingDouble(Tested::cost))
        .map(
            least ->
                cheaper.stream()
                    .filter(one -> isFaster(one.decode, least.decode, SURE * cheaper.size()))
                    .min(Comparator.comparingDouble(one -> mean(one.decode)))
                    .orElse(least));
  }

  private static boolean isFaster(List<Double> ours, List<Double> theirs, int comparisons) {
    Reduction clock = Reduction.of(ours, theirs, comparisons);
    return clock.isMeasurable() && clock.share().value() > 0;
  }

  /** How much less decode time than full depth the clock saw. */
  public Reduction measured(Tested setting) {
    return Reduction.of(setting.decode, full);
  }

  static double mean(List<Double> millis) {
    return millis.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
