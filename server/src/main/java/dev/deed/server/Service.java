package dev.deed.server;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.Pending;
import dev.deed.server.serving.ServedModel;
import dev.deed.server.serving.ServingMeters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

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

  /** What a task does with a model, up to its answer. */
  interface Work {
    void on(ServedModel served) throws IOException, InterruptedException;
  }

  /**
   * Runs a task on this thread, which is interrupted when the client leaves.
   *
   * @param model the name of a served model; null where none is named
   * @throws ApiException when there is no answer
   */
  void run(Exchange exchange, @Nullable String model, Work work)
      throws IOException, InterruptedException {
    try (ServedModel.Use use = models.use(model)) {
      ServedModel served = use.served();
      exchange.model(served.name());
      whenLeft(exchange, Thread.currentThread()::interrupt);
      try {
        work.on(served);
      } catch (RuntimeException | InterruptedException e) {
        throw Pending.refusal(e, served, meters);
      } finally {
        // Nothing of an interruption is left for what the thread does next.
        if (exchange.isLeft()) {
          Thread.interrupted();
        }
      }
    }
  }
}
