package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.evaluation.Bootstrap.Estimate;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  /** The mean of many values is nearly normal: half of the sets lie above it. */
  @Test
  void halfOfTheSetsLieAboveTheMean() {
    double share =
        Bootstrap.DEFAULT.shareAbove(
            49.5,
            100,
            counts -> {
              double sum = 0;
              for (int i = 0; i < counts.length; i++) {
                sum += counts[i] * (double) i;
              }
              return sum / counts.length;
            });
    assertThat(share).isBetween(0.45, 0.55);
    assertThat(Bootstrap.DEFAULT.shareAbove(-1, 10, counts -> 0)).isEqualTo(1);
  }

  private static double[] meanOf(double[] values, int[] counts) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * values[i];
    }
    return new double[] {sum / counts.length};
  }

  @Test
  void theValueCountsEveryExampleOnce() {
    double[] values = {1, 2, 6};
    Estimate estimate = Bootstrap.DEFAULT.estimate(3, counts -> meanOf(values, counts))[0];
    assertThat(estimate.value()).isEqualTo(3);
    assertThat(estimate.low()).isBetween(1.0, 3.0);
    assertThat(estimate.high()).isBetween(3.0, 6.0);
  }

  @Test
  void theIntervalOfAMeanIsThatOfItsStandardError() {
    double[] values = new double[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 4 == 0 ? 100 : 0;
    }
    Estimate estimate = Bootstrap.DEFAULT.estimate(400, counts -> meanOf(values, counts))[0];
    double error = 1.645 * 100 * Math.sqrt(0.25 * 0.75 / 400);
    assertThat(estimate.value()).isEqualTo(25);
    assertThat(estimate.low()).isCloseTo(25 - error, within(0.5));
    assertThat(estimate.high()).isCloseTo(25 + error, within(0.5));
  }

  @Test
  void theSameSeedGivesTheSameAndQuantitiesArePaired() {
    double[] values = {3, 1, 4, 1, 5, 9, 2, 6};
    Bootstrap bootstrap = new Bootstrap(200, 7);
    Estimate[] twice =
        bootstrap.estimate(
            8,
            counts -> {
              double mean = meanOf(values, counts)[0];
              double doubled = 2 * mean;
              return new double[] {mean, doubled, doubled / mean};
            });
    assertThat(twice[1].low()).isEqualTo(2 * twice[0].low());
    assertThat(twice[2]).isEqualTo(new Estimate(2, 2, 2));
    assertThat(bootstrap.estimate(8, counts -> meanOf(values, counts))[0]).isEqualTo(twice[0]);
  }

  @Test
  void oneExampleLeavesNothingToDraw() {
    assertThat(Bootstrap.DEFAULT.estimate(1, counts -> new double[] {7.0 * counts[0]})[0])
        .isEqualTo(new Estimate(7, 7, 7));
  }

  /** Of ten normal numbers, plain percentiles would hold the true mean in 84 % of the cases. */
  @Test
  void intervalsOfFewUnitsHoldTheTruthAsOften() {
    for (int units : new int[] {7, 10, 20}) {
      int held = 0;
      for (int seed = 0; seed < 1000; seed++) {
        double[] values = new Random(seed).doubles(units, -1, 1).toArray();
        Estimate mean =
            new Bootstrap(200, seed).estimate(units, counts -> meanOf(values, counts))[0];
        held += mean.low() <= 0 && mean.high() >= 0 ? 1 : 0;
      }
      assertThat(held).as("%d units", units).isBetween(870, 940);
    }
    assertThat(Bootstrap.expanded(0.05, 1000)).isCloseTo(0.05, within(1e-3));
    assertThat(Bootstrap.expanded(0.05, 4)).isZero();
  }

  @Test
  void percentilesLieBetweenOrderStatistics() {
    double[] sorted = {0, 10, 20};
    assertThat(Bootstrap.percentile(sorted, 0)).isEqualTo(0);
    assertThat(Bootstrap.percentile(sorted, 0.25)).isEqualTo(5);
    assertThat(Bootstrap.percentile(sorted, 1)).isEqualTo(20);
  }
}
