package dev.deed.server.serving;

import dev.deed.EngineFullException;
import dev.deed.server.http.ApiException;
import dev.deed.value.InputException;

/** What the engine and the readers of inputs refuse, as answers of HTTP. */
public final class Refusals {
  private Refusals() {}

  /** 400, 413 or 415; the folder of the served model has its name, and is no client's to know. */
  public static ApiException of(InputException e, ServedModel served) {
    String folder = served.model().internals().folder().path().toString();
    String message = String.valueOf(e.getMessage());
    return message.contains(folder)
        ? ApiException.badRequest(message.replace(folder, served.name()), "model")
        : ApiException.of(e);
  }

  /** 429 or 503. */
  public static ApiException of(EngineFullException e) {
    return e.reason() == EngineFullException.Reason.CLOSED
        ? ApiException.draining(e.retryAfter())
        : ApiException.full("queue_full", "the queue is full", e.retryAfter());
  }
}
