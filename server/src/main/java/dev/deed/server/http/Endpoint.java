package dev.deed.server.http;

import java.io.IOException;

/** Answers requests of a path. Safe for use from many threads. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers one request on this thread.
   *
   * @throws ApiException for an answer that is an error, before anything was sent
   * @throws IOException when the client left
   * @throws InterruptedException when the server ends
   */
  void answer(Exchange exchange) throws IOException, InterruptedException;
}
