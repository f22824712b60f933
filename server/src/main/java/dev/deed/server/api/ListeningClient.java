package dev.deed.server.api;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.Refusals;
import dev.deed.server.serving.ServingMeters;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The client of a transcription, which is stopped by an interruption of its thread when the client
 * leaves. Safe for use from many threads.
 */
final class ListeningClient implements AutoCloseable {
  private final Exchange exchange;
  private final ServingMeters meters;
  private final Thread thread = Thread.currentThread();
  private final AtomicBoolean over = new AtomicBoolean();

  ListeningClient(Exchange exchange, ServingMeters meters) {
    this.exchange = exchange;
    this.meters = meters;
    exchange.whenLeft(this::clientLeft);
  }

  /** The client left, or sending to it failed. */
  void clientLeft() {
    if (over.compareAndSet(false, true)) {
      meters.cancelled(ServingMeters.Cancelled.CLIENT_CLOSED);
      thread.interrupt();
    }
  }

  /** The transcript is whole: the client has to read on. */
  void whole() {
    over.set(true);
    exchange.finishSoon();
  }

  /**
   * What a transcription that was stopped means.
   *
   * @throws IOException when its client left
   */
  ApiException ended(Exception stopped) throws IOException {
    if (exchange.isLeft()) {
      throw new IOException("the client left", stopped);
    }
    return Refusals.cancelled();
  }

  /** What a transcription that failed means. */
  ApiException failed(CompletionException failure) {
    if (failure.getCause() instanceof TimeoutException) {
      meters.cancelled(ServingMeters.Cancelled.DEADLINE);
      return ApiException.deadlinePassed();
    }
    throw failure;
  }

  @Override
  public void close() {
    over.set(true);
    // Nothing of an interruption is left for what the thread does next.
    if (exchange.isLeft()) {
      Thread.interrupted();
    }
  }
}
