package dev.deed.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScreenTrustTest {
  private static List<Integer> asked(int tokens, int... settled) {
    List<Integer> known = Arrays.stream(settled).boxed().toList();
    GrowingAnswer.ScreenTrust trust = new GrowingAnswer.ScreenTrust();
    List<Integer> asked = new ArrayList<>();
    for (int token = 0; token < tokens; token++) {
      boolean asks = trust.asks(token);
      if (asks) {
        asked.add(token);
      }
      trust.learn(token + 1, !asks ? 0 : known.contains(token) ? 1 : -1);
    }
    return asked;
  }

  @Test
  void aCopyThatSettlesNothingIsAskedLessAndLess() {
    assertThat(asked(400)).containsExactly(0, 1, 10, 27, 60, 125, 254, 383);
  }

  @Test
  void oneFailureIsNoneAndASuccessForgets() {
    assertThat(asked(6, 0, 2, 4)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(asked(40, 27)).containsExactly(0, 1, 10, 27, 28, 29, 38);
  }

  @Test
  void halfOfABlockTellsNothing() {
    GrowingAnswer.ScreenTrust trust = new GrowingAnswer.ScreenTrust();
    for (int i = 0; i < 5; i++) {
      trust.learn(i, 2);
    }
    assertThat(trust.asks(5)).isTrue();
    trust.learn(5, -2);
    trust.learn(6, 0);
    assertThat(trust.asks(6)).isTrue();
    trust.learn(7, -1);
    assertThat(trust.asks(14)).isFalse();
    assertThat(trust.asks(15)).isTrue();
  }
}
