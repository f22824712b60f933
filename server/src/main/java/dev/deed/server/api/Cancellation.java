package dev.deed.server.api;

import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServingMeters;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives the requests of an exchange up when its client leaves, or when something goes wrong before
 * all answers are whole. Counted once. Safe for use from many threads.
 */
final class Cancellation implements AutoCloseable {
  private final Exchange exchange;
  private final ServingMeters meters;
  private final List<Pending> pending;
  private final AtomicBoolean over = new AtomicBoolean();

  Cancellation(Exchange exchange, ServingMeters meters, List<Pending> pending) {
    this.exchange = exchange;
    this.meters = meters;
    this.pending = List.copyOf(pending);
    exchange.whenLeft(this::clientLeft);
  }

  /** The client left, or sending to it failed. */
  void clientLeft() {
    if (over.compareAndSet(false, true)) {
      meters.cancelled(ServingMeters.Cancelled.CLIENT_CLOSED);
      pending.forEach(Pending::cancel);
    }
  }

  /** All answers are whole: nothing is left to be given up, and the client has to read on. */
  void whole() {
    over.set(true);
    exchange.finishSoon();
  }

  /**
   * @throws IOException when there is no client to tell an error to
   */
  void requireClient() throws IOException {
    if (exchange.isLeft()) {
      throw new IOException("the client left");
    }
  }

  /** Ends what still runs, since nobody follows it any more. */
  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      pending.forEach(Pending::cancel);
    }
  }
}
