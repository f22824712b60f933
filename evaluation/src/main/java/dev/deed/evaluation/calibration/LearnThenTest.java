package dev.deed.evaluation.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Choice of settings with a guarantee: with probability {@code level} over the draw of the
 * examples, every accepted setting has a true mean loss of at most the tolerance of the p-values.
 * Learn then Test (Angelopoulos et al. 2021, arXiv 2110.01052) with fixed-sequence testing, as CALM
 * uses it. The sequence is learnt on examples of its own, from the safest to the cheapest setting
 * on their frontier (Pareto Testing, Laufer-Goldshtein et al. 2022, arXiv 2210.07913), so many
 * kinds of settings can be searched without paying for each.
 */
final class LearnThenTest {
  private LearnThenTest() {}

  /**
   * The settings that no other beats in both risk and cost, by rising risk, so by falling cost.
   *
   * @param risks mean losses, [settings]
   * @param costs of the same settings
   * @return indices
   */
  static List<Integer> frontier(double[] risks, double[] costs) {
    List<Integer> sorted =
        IntStream.range(0, risks.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> risks[i])
                    .thenComparingDouble(i -> costs[i]))
            .toList();
    List<Integer> frontier = new ArrayList<>();
    double cheapest = Double.POSITIVE_INFINITY;
    for (int i : sorted) {
      if (costs[i] < cheapest) {
        frontier.add(i);
        cheapest = costs[i];
      }
    }
    return frontier;
  }

  /**
   * How many settings from the beginning of the sequence are accepted: testing ends at the first
   * that fails, which is why no correction for their number is due.
   *
   * @param pValues of the settings in the order of the sequence, on examples that had no part in
   *     its choice
   * @param level probability of keeping the tolerance, within 0…1, both excluded
   */
  static int accepted(double[] pValues, double level) {
    return (int) Arrays.stream(pValues).takeWhile(p -> p <= 1 - level).count();
  }
}
