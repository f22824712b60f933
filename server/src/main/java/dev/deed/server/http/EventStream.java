package dev.deed.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events. Status and headers are sent with the first event, so that what is wrong with
 * an input can still have its own status. Events are gathered until {@link #flush}, which waits for
 * a slow client; one that takes nothing for the idle time of connections gets no more. Belongs to
 * one thread.
 */
public final class EventStream {
  /** So much is sent without being asked to. */
  private static final int MOST_GATHERED = 16 << 10;

  private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Exchange exchange;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

  EventStream(Exchange exchange) {
    this.exchange = exchange;
  }

  private void begin() throws IOException {
    if (!exchange.isCommitted()) {
      exchange.header("Content-Type", "text/event-stream; charset=utf-8");
      exchange.header("Cache-Control", "no-store");
      exchange.header("X-Accel-Buffering", "no");
      exchange.write(200, false, new byte[0]);
    }
  }

  /**
   * Adds an event.
   *
   * @param name its name; null for none
   * @param data one line
   */
  public void add(@Nullable String name, String data) throws IOException {
    begin();
    String event = (name == null ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
    gathered.writeBytes(event.getBytes(StandardCharsets.UTF_8));
    if (gathered.size() >= MOST_GATHERED) {
      flush();
    }
  }

  /** Sends a comment, so that nobody on the way takes the connection for dead. */
  public void ping() throws IOException {
    begin();
    gathered.writeBytes(PING);
    flush();
  }

  /** Sends what was added. */
  public void flush() throws IOException {
    if (gathered.size() > 0) {
      byte[] bytes = gathered.toByteArray();
      gathered.reset();
      exchange.write(200, false, bytes);
    }
  }

  /** All events of the answer are known: a client that leaves from now on cancels nothing. */
  public void markWhole() {
    exchange.markWhole();
  }

  /** Sends what was added, and ends the stream. */
  public void end() throws IOException {
    exchange.markWhole();
    exchange.write(200, true, gathered.toByteArray());
  }

  /** Tells of an error and ends. */
  void fail(ApiException error) throws IOException {
    add("error", error.json().toString());
    end();
  }
}
