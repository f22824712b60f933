package dev.deed.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CapitalProcessTest {
  private static final int DRAWS = 1000;

  /**
   * With stakes that are symmetric about 1/2, the first bet stakes a half of what can be staked.
   */
  @Test
  void theFirstBetStakesAHalf() {
    CapitalProcess small = CapitalProcess.againstAtLeast(0.2);
    small.add(0);
    assertThat(small.capital()).isCloseTo(1 + 0.5 * 0.2 / 0.8, within(1e-12));
    assertThat(small.pValue()).isCloseTo(1 / 1.125, within(1e-12));

    CapitalProcess large = CapitalProcess.againstAtMost(0.2);
    large.add(1);
    assertThat(large.capital()).isCloseTo(1 + 0.5 * 0.8 / 0.2, within(1e-12));
    assertThat(large.pValue()).isCloseTo(1 / 3.0, within(1e-12));
  }

  /**
   * The mean of what fixed stakes gain: with stakes f, whose mean is 1/2 and whose mean square 3/8
   * (the arc-sine distribution), two bets that each gain g come to 1 + 2 g / 2 + 3 g² / 8.
   */
  @Test
  void laterBetsFollowWhatEarlierOnesGained() {
    CapitalProcess capital = CapitalProcess.againstAtLeast(0.5);
    capital.add(0);
    capital.add(0);
    assertThat(capital.capital()).isCloseTo(1 + 1 + 0.375, within(1e-12));
    capital.add(0.5);
    assertThat(capital.capital()).as("a loss as claimed").isCloseTo(2.375, within(1e-12));
    double most = capital.capital();
    capital.add(1);
    assertThat(capital.capital()).isLessThan(most).isPositive();
    assertThat(capital.pValue()).as("of the largest capital").isCloseTo(1 / most, within(1e-12));
  }

  @Test
  void beginningAnewKeepsTheStakes() {
    CapitalProcess learnt = CapitalProcess.againstAtLeast(0.1);
    CapitalProcess fresh = CapitalProcess.againstAtLeast(0.1);
    for (int i = 0; i < 50; i++) {
      learnt.add(0);
    }
    learnt.restart();
    assertThat(learnt.pValue()).isEqualTo(1);
    learnt.add(0);
    fresh.add(0);
    assertThat(learnt.capital()).isGreaterThan(fresh.capital()).isLessThan(1 / 0.9);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> CapitalProcess.againstAtLeast(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CapitalProcess.againstAtMost(1))
        .isInstanceOf(IllegalArgumentException.class);
    CapitalProcess capital = CapitalProcess.againstAtMost(0.5);
    assertThatThrownBy(() -> capital.add(1.5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> capital.add(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Kinds of losses within 0…1, each with a mean that can be told. */
  enum Losses {
    /** All or nothing. */
    COIN(random -> 1),
    /** Many small ones. */
    SMALL(random -> 0.2 * random.nextDouble()),
    /** Anything between. */
    EVEN(Random::nextDouble),
    /** Most of it or next to nothing. */
    SPLIT(random -> random.nextInt(4) == 0 ? 0.95 : 0.01);

    private final ToDoubleFunction<Random> size;

    Losses(ToDoubleFunction<Random> size) {
      this.size = size;
    }

    /** A loss of this kind that is 0 as often as makes the mean. */
    double draw(double mean, Random random) {
      double whole =
          switch (this) {
            case COIN -> 1;
            case SMALL -> 0.1;
            case EVEN -> 0.5;
            case SPLIT -> 0.245;
          };
      return random.nextDouble() < mean / whole ? size.applyAsDouble(random) : 0;
    }
  }

  /** Looked at after each of 500 losses, it is wrong in no more than its share of 1,000 draws. */
  @ParameterizedTest
  @EnumSource(Losses.class)
  void aTrueClaimIsRefutedNoMoreOftenThanItMayBe(Losses losses) {
    Random random = new Random(3);
    double delta = 0.1;
    double bound = 0.05;
    int below = 0;
    int above = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      CapitalProcess atLeast = CapitalProcess.againstAtLeast(bound);
      CapitalProcess atMost = CapitalProcess.againstAtMost(bound);
      for (int i = 0; i < 500; i++) {
        atLeast.add(losses.draw(1.001 * bound, random));
        atMost.add(losses.draw(0.999 * bound, random));
      }
      below += atLeast.pValue() <= delta ? 1 : 0;
      above += atMost.pValue() <= delta ? 1 : 0;
    }
    double most = DRAWS * delta + 3 * Math.sqrt(DRAWS * delta * (1 - delta));
    assertThat((double) below).as("at least %s", bound).isLessThanOrEqualTo(most);
    assertThat((double) above).as("at most %s", bound).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.1, 100", "0.01, 0.5, 20", "0.05, 0.2, 80"})
  void aFalseClaimIsRefutedSoon(double bound, double mean, int within) {
    Random random = new Random(5);
    int refuted = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      CapitalProcess capital = CapitalProcess.againstAtMost(bound);
      for (int i = 0; i < within; i++) {
        capital.add(Losses.COIN.draw(mean, random));
      }
      refuted += capital.pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(refuted).isGreaterThan(DRAWS * 9 / 10);
  }
}
