package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LearnThenTestTest {
  private static final int SETTINGS = 30;

  /** Values of scipy.stats.binom.cdf. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.1, 0.3486784401",
    "3, 10, 0.1, 0.9872048016",
    "5, 500, 0.02, 0.0651918671",
    "10, 10, 0.3, 1"
  })
  void binomial(int most, int tosses, double heads, double probability) {
    assertThat(Bound.RiskBound.binomialBelow(most, tosses, heads))
        .isCloseTo(probability, within(1e-8));
  }

  @Test
  void pValuesFallWithTheLossAndTheNumberOfExamples() {
    assertThat(Bound.RiskBound.pValue(0.05, 100, 0.05)).isEqualTo(1);
    assertThat(Bound.RiskBound.pValue(0.01, 300, 0.05))
        .isLessThan(Bound.RiskBound.pValue(0.02, 300, 0.05));
    assertThat(Bound.RiskBound.pValue(0.02, 600, 0.05))
        .isLessThan(Bound.RiskBound.pValue(0.02, 300, 0.05));
    // Without any loss the bound is what the binomial says.
    assertThat(Bound.RiskBound.pValue(0, 59, 0.05)).isCloseTo(Math.pow(0.95, 59), within(1e-12));
  }

  @Test
  void theSmallestToleranceCanJustBeShown() {
    double tolerance = 1 - Math.pow(0.05, 1.0 / 200);
    assertThat(accepted(tolerance * 1.0001, 0.95, 200, 0)).isEqualTo(1);
    assertThat(accepted(tolerance * 0.9999, 0.95, 200, 0)).isZero();
  }

  @Test
  void testingEndsAtTheFirstFailure() {
    assertThat(accepted(0.05, 0.95, 500, 0, 0.01, 0.04, 0.01)).isEqualTo(2);
  }

  private static int accepted(double tolerance, double level, int examples, double... meanLosses) {
    return Promise.LearnThenTest.accepted(
        Arrays.stream(meanLosses)
            .map(loss -> Bound.RiskBound.pValue(loss, examples, tolerance))
            .toArray(),
        level);
  }

  @Test
  void frontierRunsFromSafeToCheap() {
    double[] risks = {0, 0, 0.1, 0.05, 0.2};
    double[] costs = {9, 8, 3, 8, 2};
    assertThat(Promise.LearnThenTest.frontier(risks, costs)).containsExactly(1, 2, 4);
  }

  /**
   * The promise itself: over 1,000 calibration sets drawn from a population whose true losses are
   * known, a setting that breaks it is accepted no more often than the level allows.
   */
  @ParameterizedTest
  @CsvSource({"0.02, 0.9, 600", "0.05, 0.95, 300", "0.1, 0.8, 120"})
  void thePromiseIsBrokenNoMoreOftenThanPromised(double tolerance, double level, int examples) {
    Random random = new Random(7);
    double[][] population = population(4000, random);
    double[] truth = means(population, all(population.length));
    int broken = 0;
    int useful = 0;
    int trials = 1000;
    for (int trial = 0; trial < trials; trial++) {
      int[] search = draw(examples * 3 / 10, population.length, random);
      int[] held = draw(examples - search.length, population.length, random);
      List<Integer> sequence =
          Promise.LearnThenTest.frontier(means(population, search), costs(random));
      double[] losses = new double[sequence.size()];
      double[] heldMeans = means(population, held);
      for (int i = 0; i < losses.length; i++) {
        losses[i] = heldMeans[sequence.get(i)];
      }
      int accepted = accepted(tolerance, level, held.length, losses);
      useful += accepted > 1 ? 1 : 0;
      if (sequence.subList(0, accepted).stream().anyMatch(i -> truth[i] > tolerance)) {
        broken++;
      }
    }
    double allowed = 1 - level;
    double noise = 3 * Math.sqrt(allowed * (1 - allowed) / trials);
    assertThat((double) broken / trials).isLessThanOrEqualTo(allowed + noise);
    assertThat(useful).as("trials that accept more than one setting").isGreaterThan(trials / 2);
  }

  /** Losses [examples][settings]: later settings lose more, on harder examples first. */
  private static double[][] population(int examples, Random random) {
    double[][] losses = new double[examples][SETTINGS];
    for (double[] example : losses) {
      double hardness = random.nextDouble();
      for (int setting = 0; setting < SETTINGS; setting++) {
        double boldness = 0.25 * setting / SETTINGS;
        example[setting] = hardness < boldness ? random.nextDouble() : 0;
      }
    }
    return losses;
  }

  /** Falling, and a little noisy, as measured times are. */
  private static double[] costs(Random random) {
    double[] costs = new double[SETTINGS];
    for (int setting = 0; setting < SETTINGS; setting++) {
      costs[setting] = SETTINGS - setting + random.nextDouble();
    }
    return costs;
  }

  private static double[] means(double[][] losses, int[] examples) {
    double[] means = new double[SETTINGS];
    for (int example : examples) {
      for (int setting = 0; setting < SETTINGS; setting++) {
        means[setting] += losses[example][setting] / examples.length;
      }
    }
    return means;
  }

  private static int[] draw(int count, int bound, Random random) {
    return random.ints(count, 0, bound).toArray();
  }

  private static int[] all(int count) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      indices.add(i);
    }
    return indices.stream().mapToInt(Integer::intValue).toArray();
  }
}
