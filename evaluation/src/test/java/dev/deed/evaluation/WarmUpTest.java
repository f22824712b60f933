package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void noneIsNone() {
    assertThat(WarmUp.upTo(Duration.ZERO).run(() -> {})).isZero();
  }

  @Test
  void endsWhenTimesSettle() {
    int[] rounds = {0};
    int took =
        new WarmUp(Duration.ZERO, Duration.ofMinutes(1))
            .run(() -> spin(rounds[0]++ < 5 ? 40 - 6 * rounds[0] : 10));
    assertThat(rounds[0]).isEqualTo(took).isBetween(4, 30);
  }

  @Test
  void endsInTimeWhenTheyDoNot() {
    long start = System.nanoTime();
    new WarmUp(Duration.ofSeconds(1), Duration.ofMillis(50)).run(() -> spin(10));
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(10).toNanos());
  }

  private static void spin(int millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
