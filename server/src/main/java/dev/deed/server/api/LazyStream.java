package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.EventStream;
import dev.deed.server.http.Exchange;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A stream that begins with its first event, so that what is wrong with an input can still have its
 * status; after some patience it begins without one. Belongs to one thread.
 */
final class LazyStream implements TokenEvents.Sink {
  /** How long nothing may come before a comment says that the request is alive. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Exchange exchange;
  private @Nullable EventStream begun;

  LazyStream(Exchange exchange) {
    this.exchange = exchange;
  }

  private EventStream stream() throws IOException {
    if (begun == null) {
      begun = exchange.stream();
    }
    return begun;
  }

  @Override
  public void add(@Nullable String name, JsonNode data) throws IOException {
    stream().add(name, data);
  }

  void add(String data) throws IOException {
    stream().add(null, data);
  }

  @Override
  public void ping() throws IOException {
    stream().ping();
  }

  @Override
  public void flush() throws IOException {
    if (begun != null) {
      begun.flush();
    }
  }

  /** Nothing more is decoded. */
  void allDecoded() {
    if (begun != null) {
      begun.allDecoded();
    }
  }

  void end() throws IOException {
    stream().end();
  }

  /**
   * Tells of an error and ends.
   *
   * @throws ApiException the error itself, where nothing was sent yet
   */
  void fail(ApiException error) throws IOException {
    if (begun == null) {
      throw error;
    }
    begun.add("error", error.json());
    begun.end();
  }
}
