package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.BadInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BoundTest {
  private static final int DRAWS = 1000;
  private static final double DELTA = 0.05;
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
  void everyBoundKeepsItsPromise(Kind kind) {
    Random random = new Random(11);
    double tolerance = 0.999 * kind.mean();
    int[] broken = new int[Bound.values().length];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] search = kind.draw(SEARCHED, random);
      double[] test = kind.draw(TESTED, random);
      for (Bound bound : Bound.values()) {
        broken[bound.ordinal()] += bound.pValue(search, test, tolerance) <= DELTA ? 1 : 0;
      }
    }
    double most = DRAWS * DELTA + 3 * Math.sqrt(DRAWS * DELTA * (1 - DELTA));
    for (Bound bound : Bound.values()) {
      assertThat((double) broken[bound.ordinal()]).as(bound.label()).isLessThanOrEqualTo(most);
    }
  }

  /** Of settings that lose half of what they may, in small parts. */
  @Test
  void bettingNeedsLessThanHalfTheExamplesWhereLossesAreSmallParts() {
    double tolerance = 2 * Kind.SMALL_PARTS.mean();
    assertThat(2 * needed(Bound.BETTING, Kind.SMALL_PARTS, tolerance))
        .isLessThan(needed(Bound.HOEFFDING_BENTKUS, Kind.SMALL_PARTS, tolerance));
    assertThat(2 * needed(Bound.AUTO, Kind.SMALL_PARTS, tolerance))
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
        passed += bound.pValue(search, test, tolerance) <= DELTA ? 1 : 0;
      }
      if (passed >= 160) {
        return examples;
      }
    }
  }

  /** Nothing can beat 0.99^n there, and the search tells that it is so. */
  @Test
  void withoutAnyLossTheMeanAloneDecides() {
    double[] none = new double[300];
    assertThat(Bound.AUTO.settled(new double[90], 300, 0.01)).isEqualTo(Bound.HOEFFDING_BENTKUS);
    assertThat(Bound.AUTO.pValue(new double[90], none, 0.01))
        .isCloseTo(Math.pow(0.99, 300), within(1e-12));
    assertThat(Bound.BETTING.pValue(new double[90], none, 0.01))
        .isGreaterThan(Math.pow(0.99, 300))
        .isLessThan(3 * Math.pow(0.99, 300));
  }

  /** Whatever the test says: which bound counts is settled by the search. */
  @Test
  void theSearchSettlesTheBound() {
    double[] parts = new double[50];
    Arrays.setAll(parts, i -> i % 2 == 0 ? 0.01 : 0);
    double[] coins = new double[50];
    coins[7] = 1;
    assertThat(Bound.AUTO.settled(parts, 400, 0.01)).isEqualTo(Bound.BETTING);
    assertThat(Bound.AUTO.settled(coins, 400, 0.05)).isEqualTo(Bound.HOEFFDING_BENTKUS);
    assertThat(Bound.AUTO.pValue(parts, new double[100], 0.01))
        .isEqualTo(Bound.BETTING.pValue(parts, new double[100], 0.01));
  }

  @Test
  void boundsHaveNames() {
    assertThat(Bound.named("auto")).isEqualTo(Bound.AUTO);
    assertThat(Bound.named("betting")).isEqualTo(Bound.BETTING);
    assertThat(Bound.named("hoeffding-bentkus")).isEqualTo(Bound.HOEFFDING_BENTKUS);
    assertThatThrownBy(() -> Bound.named("bernstein"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--bound: is bernstein; give auto, hoeffding-bentkus or betting");
  }
}
