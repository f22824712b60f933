package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DrawingThreadTest {
  @Test
  void aDrawingThatClearsInterruptionsIsStoppedAllTheSame() {
    CountDownLatch forever = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    try (DrawingThread drawing = new DrawingThread()) {
      assertThatThrownBy(
              () ->
                  drawing.run(
                      () -> {
                        assertThat(Thread.interrupted()).isFalse();
                        caller.interrupt();
                        forever.await();
                        return 1;
                      }))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("nothing was written");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void whatADrawingThrowsIsThrown() {
    try (DrawingThread drawing = new DrawingThread()) {
      assertThat(drawing.run(() -> 7)).isEqualTo(7);
      assertThatThrownBy(
              () ->
                  drawing.run(
                      () -> {
                        throw new IllegalArgumentException("font");
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("font");
    }
  }
}
