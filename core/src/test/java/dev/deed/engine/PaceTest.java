package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void nothingIsKnownBeforeTheFirstAnswerButHowLongItTakes() {
    RequestEngine.Pace pace = new RequestEngine.Pace();
    pace.begin(7 * SECOND);
    assertThat(pace.perAnswer(7 * SECOND)).isZero();
    assertThat(pace.perAnswer(10 * SECOND)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void answersOfOneBatchShareItsTime() {
    RequestEngine.Pace pace = new RequestEngine.Pace();
    pace.begin(0);
    for (int batch = 1; batch <= 20; batch++) {
      for (int row = 0; row < 16; row++) {
        pace.answered(16 * batch * SECOND);
      }
    }
    assertThat(pace.perAnswer(320 * SECOND).toMillis()).isBetween(600L, 1_600L);
  }

  @Test
  void restsDoNotCountAndNewAnswersCountMore() {
    RequestEngine.Pace pace = new RequestEngine.Pace();
    for (int i = 0; i < 100; i++) {
      pace.begin(i * 1000L * SECOND);
      pace.answered((i * 1000L + 4) * SECOND);
    }
    assertThat(pace.perAnswer(99_004 * SECOND)).isEqualTo(Duration.ofSeconds(4));
    pace.begin(100_000 * SECOND);
    for (int i = 1; i <= 200; i++) {
      pace.answered((100_000L + i) * SECOND);
    }
    assertThat(pace.perAnswer(100_200 * SECOND).toMillis()).isBetween(1_000L, 1_020L);
  }
}
