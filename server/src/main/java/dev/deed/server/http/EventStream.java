package dev.deed.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events. They are gathered until {@link #flush}, which waits for a slow client; one
 * that takes nothing for the idle time of connections gets no more. Belongs to one thread.
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

  /**
   * Adds an event.
   *
   * @param name its name; null for none
   */
  public void add(@Nullable String name, JsonNode data) throws IOException {
    add(name, data.toString());
  }

  /** Adds an event whose data are no JSON. */
  public void add(@Nullable String name, String data) throws IOException {
    String event = (name == null ? "" : "event: " + name + "\n") + "data: " + data + "\n\n";
    gathered.writeBytes(event.getBytes(StandardCharsets.UTF_8));
    if (gathered.size() >= MOST_GATHERED) {
      flush();
    }
  }

  /** Sends a comment, so that nobody on the way takes the connection for dead. */
  public void ping() throws IOException {
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

  /** Sends what was added, and ends the stream. */
  public void end() throws IOException {
    exchange.finishSoon();
    exchange.write(200, true, gathered.toByteArray());
  }

  /** No more is decoded: the client has so long to read the rest. */
  public void allDecoded() {
    exchange.finishSoon();
  }
}
