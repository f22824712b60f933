package dev.deed.server.api;

import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.ServingMeters;

/** What endpoints work with; a recording may last {@code mostSeconds}. */
public record Service(ModelRegistry models, ServingMeters meters, int mostSeconds) {
  /** Counts a client that leaves before its answer is whole, and gives up what it asked for. */
  void whenLeft(Exchange exchange, Runnable giveUp) {
    exchange.whenLeft(
        () -> {
          meters.cancelled(ServingMeters.CLIENT_CLOSED);
          giveUp.run();
        });
  }
}
