package dev.deed.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, piece by piece. One piece is on its way at a time, and a sender that
 * pauses too long or is too slow counts as gone. Belongs to the thread that reads it.
 */
final class HubBody implements AutoCloseable {
  /** Bytes a second that a sender has to reach. */
  static final int LEAST_PACE = 1024;

  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final Duration patience;
  private final Pieces subscriber = new Pieces();

  /** Bytes since the pace was last looked at, and when that was. */
  private long arrived;

  private long since = System.nanoTime();

  private sealed interface Piece {}

  private record Bytes(List<ByteBuffer> buffers) implements Piece {}

  private record Failed(Throwable cause) implements Piece {}

  private record Ended() implements Piece {}

  HubBody(Flow.Publisher<List<ByteBuffer>> body, Duration patience) {
    this.patience = patience;
    body.subscribe(subscriber);
  }

  /**
   * The next bytes; none at the end.
   *
   * @throws HubUnreachable when the connection breaks or is silent or slow for too long
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  List<ByteBuffer> next() throws HubUnreachable {
    subscriber.more();
    try {
      Piece piece = pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      return switch (piece) {
        case Bytes bytes -> paced(bytes.buffers);
        case Ended _ -> List.of();
        case Failed failed when failed.cause instanceof IOException e ->
            throw new HubUnreachable(e);
        case Failed failed -> throw new HubUnreachable(failed.cause.toString());
        case null -> throw new HubUnreachable("silent for " + patience.toSeconds() + " s");
      };
    } catch (InterruptedException e) {
      throw Waiting.stopped();
    }
  }

  private List<ByteBuffer> paced(List<ByteBuffer> buffers) throws HubUnreachable {
    for (ByteBuffer buffer : buffers) {
      arrived += buffer.remaining();
    }
    Duration time = Duration.ofNanos(System.nanoTime() - since);
    if (time.compareTo(patience) < 0) {
      return buffers;
    }
    if (arrived * 1000 < LEAST_PACE * time.toMillis()) {
      throw new HubUnreachable("slower than " + LEAST_PACE + " bytes a second");
    }
    arrived = 0;
    since = System.nanoTime();
    return buffers;
  }

  /** Asks for no more; the connection is given up unless the body is at its end. */
  @Override
  public void close() {
    subscriber.cancel();
  }

  private final class Pieces implements Flow.Subscriber<List<ByteBuffer>> {
    private Flow.Subscription subscription = NOTHING;

    private synchronized void more() {
      subscription.request(1);
    }

    private synchronized void cancel() {
      subscription.cancel();
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      pieces.add(new Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
      pieces.add(new Failed(failure));
    }

    @Override
    public void onComplete() {
      pieces.add(new Ended());
    }
  }

  private static final Flow.Subscription NOTHING =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };
}
