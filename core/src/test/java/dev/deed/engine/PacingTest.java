package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacingTest {
  private final Pacing pacing = new Pacing(Duration.ofMillis(50), 8);

  @Test
  void belowTheKneePiecesFillThePause() {
    assertThat(piecesBeforeAStep(1, 12)).isEqualTo(4);
    assertThat(piecesBeforeAStep(7, 20)).isEqualTo(2);
  }

  @Test
  void aPieceLongerThanThePauseComesAlone() {
    assertThat(piecesBeforeAStep(1, 80)).isEqualTo(1);
    assertThat(piecesBeforeAStep(1, 80)).isEqualTo(1);
  }

  @Test
  void withoutRowsItEncodes() {
    pacing.encoded(TimeUnit.SECONDS.toNanos(9));
    assertThat(pacing.encodesNext(0)).isTrue();
  }

  /** Of the time, the encoder gets a third of what steps take: a quarter of all. */
  @Test
  void fromTheKneeOnDecodingComesFirst() {
    int steps = 0;
    int pieces = 0;
    for (int i = 0; i < 4000; i++) {
      if (pacing.encodesNext(8)) {
        pacing.encoded(TimeUnit.MILLISECONDS.toNanos(12));
        pieces++;
      } else {
        pacing.stepped(TimeUnit.MILLISECONDS.toNanos(4), 0);
        steps++;
      }
    }
    assertThat(12.0 * pieces / (12.0 * pieces + 4.0 * steps)).isBetween(0.22, 0.26);
  }

  @Test
  void aPieceLongerThanAnyCreditComesInTheEnd() {
    pacing.encoded(TimeUnit.MILLISECONDS.toNanos(200));
    int steps = 0;
    while (!pacing.encodesNext(8)) {
      pacing.stepped(TimeUnit.MILLISECONDS.toNanos(10), 0);
      steps++;
    }
    assertThat(steps).isBetween(55, 65);
  }

  @Test
  void soManyJoinAtOnceAsThePauseHasRoomFor() {
    assertThat(pacing.mostJoining(3)).isEqualTo(Integer.MAX_VALUE);
    for (int i = 0; i < 40; i++) {
      pacing.stepped(TimeUnit.MILLISECONDS.toNanos(10), 0);
      pacing.stepped(TimeUnit.MILLISECONDS.toNanos(50), 2);
    }
    assertThat(pacing.mostJoining(3)).isEqualTo(2);
    assertThat(pacing.mostJoining(0)).isEqualTo(Integer.MAX_VALUE);
    pacing.encoded(TimeUnit.MILLISECONDS.toNanos(49));
    assertThat(pacing.mostJoining(3)).isEqualTo(1);
  }

  private int piecesBeforeAStep(int rows, long millis) {
    pacing.stepped(TimeUnit.MILLISECONDS.toNanos(5), 0);
    int pieces = 0;
    while (pacing.encodesNext(rows)) {
      pacing.encoded(TimeUnit.MILLISECONDS.toNanos(millis));
      pieces++;
    }
    return pieces;
  }
}
