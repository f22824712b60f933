package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.evaluation.Bootstrap.Estimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReductionTest {
  private static final int SEEDS = 200;

  /**
   * Times of two runs of the same examples on a loaded machine: each run is disturbed, the machine
   * slows down by half in the course, and a burst makes a tenth of the examples four times as slow.
   *
   * @param faster time of ours by theirs where nothing disturbs
   */
  private static List<List<Double>> loaded(Random random, int examples, double faster) {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    int burst = random.nextInt(examples);
    for (int i = 0; i < examples; i++) {
      double work = 5 + 20 * random.nextDouble();
      double drift = 1 + 0.5 * i / examples;
      double busy = i >= burst && i < burst + examples / 10 ? 4 : 1;
      ours.add(faster * work * drift * busy * disturbed(random));
      theirs.add(work * drift * busy * disturbed(random));
    }
    return List.of(ours, theirs);
  }

  /** Half of the runs lose the processor for a while. */
  private static double disturbed(Random random) {
    return 1 + (random.nextBoolean() ? 1.5 * random.nextDouble() : 0);
  }

  private static double shareTold(int examples, double faster) {
    int told = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      List<List<Double>> times = loaded(new Random(seed), examples, faster);
      told += Reduction.of(times.getFirst(), times.getLast()).isMeasurable() ? 1 : 0;
    }
    return (double) told / SEEDS;
  }

  @Test
  void equalWorkIsHardlyEverToldApart() {
    for (int examples : new int[] {1, 2, 4, 5, 8, 20, 60}) {
      assertThat(shareTold(examples, 1)).as("%d examples", examples).isLessThan(0.2);
    }
  }

  @Test
  void halfTheWorkIsToldFromASecondOfMeasuring() {
    assertThat(shareTold(60, 0.5)).isGreaterThan(0.95);
  }

  /** One example has an interval without width; five pairs can all lie on one side by chance. */
  @Test
  void fewPairsTellNothing() {
    assertThat(Reduction.of(List.of(1.0), List.of(2.0)).isMeasurable()).isFalse();
    List<Double> short4 = List.of(1.0, 1.1, 0.9, 1.0);
    List<Double> long4 = List.of(2.0, 2.2, 1.9, 2.1);
    assertThat(Reduction.of(short4, long4).isMeasurable()).isFalse();
    List<Double> short5 = new ArrayList<>(short4);
    List<Double> long5 = new ArrayList<>(long4);
    Collections.addAll(short5, 1.0);
    Collections.addAll(long5, 2.0);
    assertThat(Reduction.of(short5, long5).isMeasurable()).isTrue();
    assertThat(Reduction.of(short5, long5, 2).isMeasurable())
        .as("one of two comparisons")
        .isFalse();
  }

  /** The machine's drift is in both times of a pair, so it widens no interval. */
  @Test
  void pairsCancelWhatTheyShare() {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      theirs.add(1.0 + i * i);
      ours.add(0.9 * theirs.get(i));
    }
    Reduction reduction = Reduction.of(ours, theirs);
    assertThat(reduction.isMeasurable()).isTrue();
    assertThat(reduction.share().value()).isCloseTo(0.1, within(1e-9));
    assertThat(reduction.share().margin()).isLessThan(1e-9);
  }

  @Test
  void cellsOfTables() {
    assertThat(new Reduction(new Estimate(-1.716, -2, -1.6), true).cell())
        .isEqualTo("171.6 % more [160, 200]");
    assertThat(new Reduction(new Estimate(0.732, 0.718, 0.745), true).cell())
        .isEqualTo("73.2 % [71.8, 74.5]");
    assertThat(new Reduction(new Estimate(0.2, -0.1, 0.35), true).cell())
        .isEqualTo("not measurable [-10, 35]");
    assertThat(new Reduction(new Estimate(0.2, 0.2, 0.2), false).cell())
        .isEqualTo("not measurable");
  }

  @Test
  void rangesOfNarrowTables() {
    assertThat(new Reduction(new Estimate(-1.716, -2, -1.6), true).range())
        .isEqualTo("160-200 % more");
    assertThat(new Reduction(new Estimate(0.732, 0.718, 0.745), true).range())
        .isEqualTo("72-75 % less");
    assertThat(new Reduction(new Estimate(0.5, 0.5, 0.5), true).range()).isEqualTo("50 % less");
    assertThat(new Reduction(new Estimate(0.2, -0.1, 0.35), true).range())
        .isEqualTo("not measurable");
    assertThat(new Reduction(new Estimate(0.2, 0.2, 0.2), false).range())
        .isEqualTo("not measurable");
  }
}
