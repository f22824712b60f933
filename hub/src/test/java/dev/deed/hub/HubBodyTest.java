package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class HubBodyTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);

  @Test
  void aTrickleOfBytesCountsAsGone() throws Exception {
    try (HubBody body = new HubBody(every(Duration.ofMillis(10), 2), PATIENCE)) {
      assertThatThrownBy(() -> readAll(body))
          .isInstanceOf(HubUnreachable.class)
          .hasMessageContaining("slower than 1024 bytes a second");
    }
  }

  @Test
  void aSlowSenderThatKeepsThePaceIsWaitedFor() throws Exception {
    try (HubBody body = new HubBody(every(Duration.ofMillis(10), 2048), PATIENCE)) {
      assertThat(readAll(body)).isEqualTo(100 * 2048);
    }
  }

  @Test
  void aSilentSenderCountsAsGone() throws Exception {
    try (HubBody body = new HubBody(every(Duration.ofSeconds(5), 2048), PATIENCE)) {
      assertThatThrownBy(() -> readAll(body))
          .isInstanceOf(HubUnreachable.class)
          .hasMessageContaining("silent");
    }
  }

  private static long readAll(HubBody body) throws HubUnreachable {
    long bytes = 0;
    for (List<ByteBuffer> piece = body.next(); !piece.isEmpty(); piece = body.next()) {
      bytes += piece.stream().mapToInt(ByteBuffer::remaining).sum();
    }
    return bytes;
  }

  /** A hundred pieces, each asked for, after a pause each. */
  private static Flow.Publisher<List<ByteBuffer>> every(Duration pause, int bytes) {
    return subscriber ->
        subscriber.onSubscribe(
            new Flow.Subscription() {
              private int pieces;

              @Override
              public void request(long n) {
                Thread.ofVirtual().start(this::send);
              }

              private void send() {
                try {
                  Thread.sleep(pause);
                } catch (InterruptedException e) {
                  return;
                }
                if (pieces++ == 100) {
                  subscriber.onComplete();
                } else {
                  subscriber.onNext(List.of(ByteBuffer.allocate(bytes)));
                }
              }

              @Override
              public void cancel() {}
            });
  }
}
