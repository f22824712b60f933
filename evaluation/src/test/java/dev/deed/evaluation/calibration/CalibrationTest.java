package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.evaluation.Metric;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which of the accepted settings is taken. */
final class CalibrationTest {
  private static final int EXAMPLES = 40;

  /**
   * Times of a setting.
   *
   * @param noise share by which times are longer at most
   */
  private static List<Double> times(double millis, double noise, long seed) {
    Random random = new Random(seed);
    List<Double> batches = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      batches.add(millis * (1 + noise * random.nextDouble()));
    }
    return batches;
  }

  private static Tested setting(
      double threshold, double cost, List<Double> times, boolean accepted) {
    return new Tested(
        ExitSettings.maxProbability(threshold),
        new Losses(0, 0, new Judgement(0.01, "betting"), 0.5, accepted),
        times,
        cost);
  }

  private static double chosen(Tested... settings) {
    Promise goal = new Promise(Metric.named("exact"), Promise.Against.FULL, 5, 0.9);
    Calibration calibration =
        new Calibration(goal, settings.length, 10, EXAMPLES, times(20, 0.1, 99), List.of(settings));
    return calibration
        .chosen()
        .map(best -> best.policy().get(ExitSetting.THRESHOLD))
        .orElse(Double.NaN);
  }

  @Test
  void countsDecideWhereTheClockDoesNotTell() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(
              chosen(
                  setting(0.9, 0.5, times(5, 3, 2 * seed), true),
                  setting(0.8, 0.475, times(4.75, 3, 2 * seed + 1), true),
                  setting(0.5, 0.1, times(1, 3, seed), false)))
          .isEqualTo(0.8);
    }
  }

  @Test
  void theSafestOfEqualsIsTaken() {
    assertThat(
            chosen(
                setting(0.9, 0.5, times(10, 1, 1), true),
                setting(0.8, 0.5, times(9.5, 1, 2), true)))
        .isEqualTo(0.9);
  }

  /** Counts know nothing of what a gate costs. */
  @Test
  void theClockDecidesWhereItTells() {
    assertThat(
            chosen(
                setting(0.9, 0.5, times(10, 0.1, 1), true),
                setting(0.8, 0.45, times(15, 0.1, 2), true)))
        .isEqualTo(0.9);
    assertThat(chosen(setting(0.8, 0.75, times(30, 0.1, 2), true))).isNaN();
  }

  @Test
  void nothingIsChosenThatCountsAsMuchAsFullDepth() {
    assertThat(chosen(setting(0.9, 1, times(18, 1, 1), true))).isNaN();
  }
}
