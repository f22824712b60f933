package dev.deed.server.serving;

import dev.deed.EngineFullException;
import dev.deed.checkpoint.BadInputException;
import dev.deed.data.BadFieldException;
import dev.deed.server.http.ApiException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the engine and the readers of inputs refuse, as answers of HTTP. */
public final class Refusals {
  private static final String SETTING = "generation setting ";

  private Refusals() {}

  /** 400, 413 or 415, by the kind of the error. */
  public static ApiException of(BadInputException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.fault()) {
      case TOO_LARGE -> ApiException.tooLarge(message, "image");
      case UNSUPPORTED_PICTURE -> ApiException.unknownKind(message, "image");
      case BAD -> ApiException.badRequest(message, param(e));
    };
  }

  private static @Nullable String param(BadInputException e) {
    if (e instanceof BadFieldException field) {
      return field.field();
    }
    return e.what().startsWith(SETTING) ? e.what().substring(SETTING.length()) : null;
  }

  static ApiException of(EngineFullException e) {
    return switch (e.reason()) {
      case CLOSED -> ApiException.draining(e.retryAfter());
      default -> ApiException.full("queue_full", "the queue is full", e.retryAfter());
    };
  }

  /** The engine ended before the answer was whole. */
  static ApiException cancelled() {
    return ApiException.unavailable("shutdown", "the server ended", Duration.ofSeconds(5));
  }
}
