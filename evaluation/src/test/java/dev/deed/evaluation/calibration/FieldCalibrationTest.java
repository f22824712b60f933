package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.evaluation.calibration.FieldCalibration.Chosen;
import dev.deed.evaluation.calibration.FieldCalibration.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FieldCalibrationTest {
  private static final int FIELDS = 4;
  private static final double SHARE = 0.05;
  private static final double DELTA = 0.1;

  /** Pages of values, of which a fifth is wrong; the second signal tells most of these. */
  private static List<List<Value>> pages(Random random, int count) {
    List<List<Value>> pages = new ArrayList<>();
    for (int page = 0; page < count; page++) {
      List<Value> values = new ArrayList<>();
      double hard = random.nextDouble();
      for (int field = 0; field < FIELDS; field++) {
        boolean wrong = random.nextDouble() < 0.4 * hard;
        double sure = random.nextGaussian() + (wrong ? -2 : 1);
        values.add(new Value(new double[] {random.nextGaussian(), sure, 0, 1, 0}, wrong));
      }
      pages.add(values.subList(0, random.nextInt(FIELDS + 1)));
    }
    return pages;
  }

  private static double wrong(FieldCalibration calibration, double threshold, List<Value> values) {
    List<Value> unmarked =
        values.stream().filter(value -> calibration.confidence(value) >= threshold).toList();
    return (double) unmarked.stream().filter(Value::wrong).count() / Math.max(1, unmarked.size());
  }

  /** Thresholds are chosen on some pages, and hold on others: in all but few of the draws. */
  @Test
  void thePromiseHolds() {
    Random random = new Random(5);
    List<Value> others = pages(random, 20_000).stream().flatMap(List::stream).toList();
    int chosen = 0;
    int broken = 0;
    for (int draw = 0; draw < 60; draw++) {
      FieldCalibration calibration =
          FieldCalibration.of(pages(random, 400), FIELDS, SHARE, DELTA, draw);
      Chosen threshold = calibration.chosen();
      if (threshold != null) {
        chosen++;
        broken += wrong(calibration, threshold.threshold(), others) > SHARE ? 1 : 0;
      }
    }
    assertThat(chosen).as("draws with a threshold").isGreaterThan(40);
    assertThat(broken).as("draws whose threshold breaks the promise").isLessThanOrEqualTo(6);
  }

  @Test
  void whereNothingTellsWrongValuesAllAreMarked() {
    Random random = new Random(6);
    List<List<Value>> pages = new ArrayList<>();
    for (int page = 0; page < 300; page++) {
      pages.add(List.of(new Value(new double[5], random.nextInt(4) == 0)));
    }
    FieldCalibration calibration = FieldCalibration.of(pages, 1, SHARE, DELTA, 1);
    assertThat(calibration.keeps()).isFalse();
    assertThat(calibration.plain()).contains("all are marked");
  }

  @Test
  void theSignalThatTellsSeparates() {
    FieldCalibration calibration =
        FieldCalibration.of(pages(new Random(7), 400), FIELDS, SHARE, DELTA, 1);
    List<FieldCalibration.Separation> all = calibration.separations();
    assertThat(all.get(1).area()).isGreaterThan(0.95);
    assertThat(all.getFirst().area()).isBetween(0.4, 0.6);
    assertThat(all.getLast().signal()).isEqualTo("together");
    assertThat(all.getLast().area()).isGreaterThan(0.95);
  }
}
