package dev.deed.server.http;

import dev.deed.server.http.WatchedConnector.WatchedEndPoint;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.eclipse.jetty.io.EndPoint;

/**
 * Looks four times a second whether clients are still there, whether they read what they are sent,
 * and whether they ever finish the header of a request. Safe for use from many threads.
 */
final class ConnectionWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 250;

  /** How long a connection may be without a whole header. */
  private static final long MOST_HEADER_NANOS = Duration.ofSeconds(60).toNanos();

  private final WatchedConnector connector;
  private final BiConsumer<String, Throwable> failures;
  private final Set<Exchange> answering = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("deed-watch").factory());

  /**
   * @param failures takes what the end of a request throws, with the request's name
   */
  ConnectionWatch(WatchedConnector connector, BiConsumer<String, Throwable> failures) {
    this.connector = connector;
    this.failures = failures;
    Future<?> _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  void add(Exchange exchange) {
    answering.add(exchange);
  }

  void remove(Exchange exchange) {
    answering.remove(exchange);
  }

  private void look() {
    answering.forEach(exchange -> guarded(exchange.id(), exchange::look));
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      if (endPoint instanceof WatchedEndPoint watched && watched.idleNanos() > MOST_HEADER_NANOS) {
        guarded("a connection", () -> watched.close(new TimeoutException("no whole header")));
      }
    }
  }

  /** What one connection throws, for want of memory perhaps, must not end the watch over others. */
  private void guarded(String name, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException | Error e) {
      try {
        failures.accept(name, e);
      } catch (RuntimeException | Error logging) {
        e.addSuppressed(logging);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
