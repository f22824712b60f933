package dev.deed.hub;

import dev.deed.files.Interruption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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

  /** What arrived; no bytes at the end, a failure where the connection broke. */
  private final BlockingQueue<CompletableFuture<List<ByteBuffer>>> pieces =
      new LinkedBlockingQueue<>();

  private final Duration patience;
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  /** Bytes since the pace was last looked at, and when that was. */
  private long arrived;

  private long since = System.nanoTime();

  HubBody(Flow.Publisher<List<ByteBuffer>> body, Duration patience) {
    this.patience = patience;
    body.subscribe(new Pieces());
  }

  /**
   * The next bytes; none at the end.
   *
   * @throws HubUnreachable when the connection breaks or is silent or slow for too long
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  List<ByteBuffer> next() throws HubUnreachable {
    subscription.thenAccept(ready -> ready.request(1));
    try {
      CompletableFuture<List<ByteBuffer>> piece =
          pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (piece == null) {
        throw new HubUnreachable("silent for " + patience.toSeconds() + " s");
      }
      List<ByteBuffer> buffers = piece.get();
      // At its end a body cannot be too slow any more.
      return buffers.isEmpty() ? buffers : paced(buffers);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException broken
          ? new HubUnreachable(broken)
          : new HubUnreachable(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      throw Interruption.stopped(e, Download.LEFT);
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
    subscription.thenAccept(Flow.Subscription::cancel);
  }

  private final class Pieces implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      pieces.add(CompletableFuture.completedFuture(buffers));
    }

    @Override
    public void onError(Throwable failure) {
      pieces.add(CompletableFuture.failedFuture(failure));
    }

    @Override
    public void onComplete() {
      pieces.add(CompletableFuture.completedFuture(List.of()));
    }
  }
}
