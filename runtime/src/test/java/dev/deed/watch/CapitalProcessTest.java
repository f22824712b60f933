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

  /** The stakes are symmetric about 1/2, so the first bet is a half of what can be staked. */
  @Test
  void theFirstBetStakesAHalf() {
    CapitalProcess capital = new CapitalProcess(0.2);
    capital.add(1);
    assertThat(capital.pValue()).isCloseTo(1 / (1 + 0.5 * 0.8 / 0.2), within(1e-12));
  }

  /**
   * The mean of what fixed stakes gain: with shares f, whose mean is 1/2 and whose mean square 3/8
   * (the arc-sine distribution), two bets that each gain 1 come to 1 + 2/2 + 3/8.
   */
  @Test
  void laterBetsFollowWhatEarlierOnesGained() {
    CapitalProcess capital = new CapitalProcess(0.5);
    capital.add(1);
    capital.add(1);
    assertThat(capital.pValue()).isCloseTo(1 / 2.375, within(1e-12));
    capital.add(0.5);
    assertThat(capital.pValue()).as("a loss of the bound").isCloseTo(1 / 2.375, within(1e-12));
    capital.add(0);
    assertThat(capital.pValue()).as("of the largest capital").isCloseTo(1 / 2.375, within(1e-12));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new CapitalProcess(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CapitalProcess(1)).isInstanceOf(IllegalArgumentException.class);
    CapitalProcess capital = new CapitalProcess(0.5);
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
    int refuted = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      CapitalProcess capital = new CapitalProcess(bound);
      for (int i = 0; i < 500; i++) {
        capital.add(losses.draw(0.999 * bound, random));
      }
      refuted += capital.pValue() <= delta ? 1 : 0;
    }
    double most = DRAWS * delta + 3 * Math.sqrt(DRAWS * delta * (1 - delta));
    assertThat((double) refuted).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource({"0.01, 0.1, 100", "0.01, 0.5, 20", "0.05, 0.2, 80"})
  void aFalseClaimIsRefutedSoon(double bound, double mean, int within) {
    Random random = new Random(5);
    int refuted = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      CapitalProcess capital = new CapitalProcess(bound);
      for (int i = 0; i < within; i++) {
        capital.add(Losses.COIN.draw(mean, random));
      }
      refuted += capital.pValue() <= 0.05 ? 1 : 0;
    }
    assertThat(refuted).isGreaterThan(DRAWS * 9 / 10);
  }
}
