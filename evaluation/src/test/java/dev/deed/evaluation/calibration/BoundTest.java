package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.evaluation.Metric;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BoundTest {
  private static final int DRAWS = 1000;
  private static final double LEVEL = 0.95;
  private static final double DELTA = 1 - LEVEL;
  private static final int SEARCHED = 40;
  private static final int TESTED = 250;

  /** Kinds of answers: how often one loses, and up to how much of what it can. */
  enum Kind {
    ALL_OR_NOTHING(0.03, 1, 1),
    SMALL_PARTS(0.4, 0, 0.15),
    ANYTHING(0.06, 0, 1),
    RARE(0.031, 0.9, 1);

    private final double often;
    private final double least;
    private final double most;

    Kind(double often, double least, double most) {
      this.often = often;
      this.least = least;
      this.most = most;
    }

    double mean() {
      return often * (least + most) / 2;
    }

    double[] draw(int count, Random random) {
      double[] losses = new double[count];
      Arrays.setAll(
          losses,
          i -> random.nextDouble() < often ? least + (most - least) * random.nextDouble() : 0);
      return losses;
    }
  }

  /** Settings whose true loss is just above the tolerance pass no more often than they may. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyBoundAndTheirChoiceKeepThePromise(Kind kind) {
    Random random = new Random(11);
    double tolerance = 0.999 * kind.mean();
    int[] broken = new int[Bound.values().length];
    int chosen = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] search = kind.draw(SEARCHED, random);
      double[] test = kind.draw(TESTED, random);
      for (Bound bound : Bound.values()) {
        broken[bound.ordinal()] += bound.pValue(search, test, tolerance, LEVEL) <= DELTA ? 1 : 0;
      }
      Bound one = Bound.of(search, TESTED, tolerance, LEVEL);
      chosen += one.pValue(search, test, tolerance, LEVEL) <= DELTA ? 1 : 0;
    }
    double most = DRAWS * DELTA + 3 * Math.sqrt(DRAWS * DELTA * (1 - DELTA));
    for (Bound bound : Bound.values()) {
      assertThat((double) broken[bound.ordinal()]).as(bound.label()).isLessThanOrEqualTo(most);
    }
    assertThat((double) chosen).as("chosen").isLessThanOrEqualTo(most);
  }

  /** Of settings that lose half of what they may, in small parts. */
  @Test
  void bettingNeedsHalfTheExamplesAtMostWhereLossesAreSmallParts() {
    double tolerance = 2 * Kind.SMALL_PARTS.mean();
    assertThat(2 * needed(Bound.BETTING, Kind.SMALL_PARTS, tolerance))
        .isLessThan(needed(Bound.HOEFFDING_BENTKUS, Kind.SMALL_PARTS, tolerance));
  }

  /** The fewest examples, in steps of 10, with which four fifths of 200 draws pass. */
  private static int needed(Bound bound, Kind kind, double tolerance) {
    for (int examples = 10; ; examples += 10) {
      Random random = new Random(7);
      int passed = 0;
      for (int draw = 0; draw < 200; draw++) {
        double[] search = kind.draw(SEARCHED, random);
        double[] test = kind.draw(examples, random);
        passed += bound.pValue(search, test, tolerance, LEVEL) <= DELTA ? 1 : 0;
      }
      if (passed >= 160) {
        return examples;
      }
    }
  }

  /** Nothing can beat 0.99^n there, whatever the bound. */
  @Test
  void withoutAnyLossBothNeedAboutTheSame() {
    Bound whole = Bound.HOEFFDING_BENTKUS;
    assertThat(whole.pValue(new double[90], new double[299], 0.01, LEVEL)).isLessThan(DELTA);
    assertThat(whole.pValue(new double[90], new double[298], 0.01, LEVEL)).isGreaterThan(DELTA);
    assertThat(Bound.BETTING.pValue(new double[90], new double[313], 0.01, LEVEL))
        .isGreaterThan(DELTA);
    assertThat(Bound.BETTING.pValue(new double[90], new double[314], 0.01, LEVEL))
        .isLessThan(DELTA);
  }

  /** 0.99^299 is the first below 0.05. */
  @Test
  void aTestThatIsTooSmallForTheBoundIsRefused() {
    Promise promise = new Promise(Metric.named("exact"), Promise.Against.FULL, 1, LEVEL);
    promise.requireEnough(299);
    assertThatThrownBy(() -> promise.requireEnough(298))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("298 examples in the test cannot show less than 1.00 points");
  }

  /**
   * Whatever the test says: which bound counts follows from the search. ln(20) / ln(1 + 0.95 · 0.01
   * / 0.99) = 313.7: bets that stake less than all need more examples.
   */
  @Test
  void theSearchSettlesTheBound() {
    double[] parts = new double[50];
    Arrays.setAll(parts, i -> i % 2 == 0 ? 0.01 : 0);
    double[] coins = new double[50];
    coins[7] = 1;
    assertThat(Bound.of(parts, 314, 0.01, LEVEL)).isEqualTo(Bound.BETTING);
    assertThat(Bound.of(parts, 313, 0.01, LEVEL))
        .as("bets could show nothing")
        .isEqualTo(Bound.HOEFFDING_BENTKUS);
    assertThat(Bound.of(coins, 314, 0.01, LEVEL)).isEqualTo(Bound.HOEFFDING_BENTKUS);
  }

  /**
   * By hand: m = 1/2, of which one loss of all or nothing spreads by 1/4, and δ = 1/10. The first
   * stake is √(2 ln 10 / (2 · 1/4)) = 3.03, more than 0.95 / (1/2) = 1.9, which counts. A loss of 0
   * brings the capital to 1.95, and (m − x)² was 1/4 again; the next stake, √(2 (ln 10 − ln 1.95) /
   * (1/4)) = 3.62, is as much too large. A loss of 1/4 gains 1.9 / 4.
   */
  @Test
  void betsByHand() {
    double[] none = {};
    assertThat(Bound.BETTING.pValue(none, new double[] {0, 0.25}, 0.5, 0.9))
        .isCloseTo(1 / (1.95 * 1.475), within(1e-12));
    assertThat(Bound.BETTING.pValue(none, new double[] {1, 1}, 0.5, 0.9)).isEqualTo(1);
    // Where little is to be gained the stake is less: √(2 ln(5/4) / (2 · 1/4)).
    double stake = Math.sqrt(4 * Math.log(1.25));
    double capital = 1 + stake * 0.1;
    double spread = (0.25 + 0.01) / 2;
    double next = Math.sqrt(2 * (Math.log(1.25) - Math.log(capital)) / spread);
    assertThat(Bound.BETTING.pValue(none, new double[] {0.4, 0.5}, 0.5, 0.2))
        .as("a loss of the tolerance gains nothing")
        .isCloseTo(1 / capital, within(1e-12));
    assertThat(Bound.BETTING.pValue(none, new double[] {0.4, 0.45}, 0.5, 0.2))
        .isCloseTo(1 / (capital * (1 + next * 0.05)), within(1e-12));
  }
}
