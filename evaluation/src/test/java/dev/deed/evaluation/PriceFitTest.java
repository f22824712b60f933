package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.evaluation.SyntheticRuns.Noise;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.Economics;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.PriceFit;
import dev.deed.value.Effort;
import dev.deed.value.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PriceFitTest {
  private static final DecodeCost TRUTH = new DecodeCost(0.02, 0.05, 0.015, 0.08, 0.3);
  private static final DecodeCost SHAPE = new DecodeCost(4, 5, 4, 4, 60);

  /** Place of the price of a walk through a layer. */
  private static final int PASS = 1;

  /** Whether a price is known to a factor of two. */
  private static boolean tells(Estimate price) {
    return price.low() * 2 >= price.value() && price.high() <= price.value() * 2;
  }

  @Test
  void pricesAreFoundThoughTheMachineDidOtherWork() {
    Random random = new Random(3);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      Observation counts = counts(random);
      double noise = 1 + 0.05 * random.nextGaussian();
      double disturbed = random.nextInt(10) == 0 ? 1 + 5 * random.nextDouble() : 1;
      double millis = TRUTH.millis(DecodeCost.meanCounts(List.of(counts))) * noise * disturbed;
      observations.add(SyntheticRuns.timed(counts, millis));
    }
    PriceFit fit = PriceFit.of(List.of(observations), 1, SHAPE);
    DecodeCost found = fit.cost();
    assertThat(found.token()).isCloseTo(TRUTH.token(), within(0.01));
    assertThat(found.pass()).isCloseTo(TRUTH.pass(), within(0.004));
    assertThat(found.filledRow()).isCloseTo(TRUTH.filledRow(), within(0.002));
    assertThat(found.head()).isCloseTo(TRUTH.head(), within(0.006));
    assertThat(found.firstReach()).isCloseTo(TRUTH.firstReach(), within(0.03));
    assertThat(fit.spread()).isBetween(0.02, 0.08);
    assertThat(fit.estimate(DecodeCost::prices))
        .allSatisfy(
            price -> {
              assertThat(price.low()).isPositive().isLessThanOrEqualTo(price.value());
              assertThat(price.margin()).isLessThan(price.value());
            });
  }

  @Test
  void oneAnswerIsExplained() {
    Observation single =
        new Observation(
            "", List.of(1), List.of(2), new Effort(2, 2, 2, 0), new Timing(0, 0, 4.0), null);
    PriceFit fit = PriceFit.of(List.of(List.of(single)), 1, SHAPE);
    assertThat(fit.cost().millis(DecodeCost.meanCounts(List.of(single))))
        .isCloseTo(4, within(1e-6));
  }

  /** Passes, look-ups and tokens are one number times another: no clock tells their prices. */
  @Test
  void whatRunsOfOneDepthCannotTellIsWide() {
    Economics one = new SyntheticRuns(40, Noise.QUIET, 1).fixed("full", 6, 1).report().economics();
    assertThat(tells(one.prices().get(0))).as("token").isFalse();
    assertThat(tells(one.prices().get(3))).as("head").isFalse();
    assertThat(one.prices().get(PASS).low()).isLessThan(0.05);
    assertThat(one.prices().get(PASS).high()).isGreaterThan(0.05);
    Economics depths =
        new SyntheticRuns(40, Noise.QUIET, 1)
            .fixed("full", 6, 1)
            .fixed("static:1", 1, 1)
            .fixed("static:3", 3, 1)
            .report()
            .economics();
    assertThat(tells(depths.prices().get(PASS))).isTrue();
    assertThat(depths.prices().get(PASS).value()).isCloseTo(0.05, within(0.005));
    // One look-up a token, whatever the depth.
    assertThat(tells(depths.prices().get(3))).as("head").isFalse();
  }

  /** A price of 0 or less would make what has fewer layers no cheaper. */
  @Test
  void noPriceIsNothingHoweverTheClockRuns() {
    for (int seed = 0; seed < 50; seed++) {
      PriceFit fit =
          new SyntheticRuns(6, Noise.LOADED, seed)
              .fixed("full", 6, 1)
              .fixed("static:2", 2, 1)
              .fixed("static:5", 5, 1)
              .dynamic("max_prob:0.9", 1, 0.1, 1)
              .fit();
      for (double price : fit.cost().prices()) {
        assertThat(price).isPositive();
      }
      for (Estimate price : fit.estimate(DecodeCost::prices)) {
        assertThat(price.low()).isPositive();
      }
    }
  }

  @Test
  void aLoadedMachineIsSaidToBeUneven() {
    Economics quiet = SyntheticRuns.economics();
    assertThat(quiet.steady()).isTrue();
    EvaluationReport loaded =
        new SyntheticRuns(40, Noise.LOADED, 1).fixed("full", 6, 1).fixed("static:2", 2, 1).report();
    assertThat(loaded.economics().steady()).isFalse();
    for (String shown : List.of(EvaluationTable.plain(loaded), EvaluationTable.markdown(loaded))) {
      assertThat(shown).contains("Times are uneven: half of the answers took over ");
    }
    EvaluationReport few =
        new SyntheticRuns(4, Noise.QUIET, 1).fixed("full", 6, 1).fixed("static:2", 2, 1).report();
    assertThat(EvaluationTable.plain(few))
        .contains("So few examples tell nothing of time: give 5 or more.", "not measurable")
        .doesNotContain("±0.00");
  }

  private static Observation counts(Random random) {
    int tokens = 1 + random.nextInt(30);
    int deepest = 1 + random.nextInt(6);
    int passes = tokens * (1 + random.nextInt(deepest));
    int filled = random.nextInt(tokens * deepest);
    return new Observation(
        "",
        Collections.nCopies(tokens, 5),
        Collections.nCopies(tokens, deepest),
        new Effort(passes + filled, tokens * 6, passes, tokens * (1 + random.nextInt(3))),
        new Timing(0, 0, 0),
        null);
  }
}
