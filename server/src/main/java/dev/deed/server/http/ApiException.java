package dev.deed.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is an error: its status, and OpenAI's error object. Immutable but for what every
 * exception has.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final long MOST_SECONDS = 120;

  private final int status;
  private final @Nullable String param;
  private final @Nullable String code;
  private final transient Map<String, String> headers;

  /**
   * @param param the field that is wrong; null where it is no single one
   * @param code what programs can tell the error by; null for none
   * @param headers that the answer carries besides the usual ones
   */
  private ApiException(
      int status,
      String message,
      @Nullable String param,
      @Nullable String code,
      Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.param = param;
    this.code = code;
    this.headers = headers;
  }

  /** 400: the request cannot be answered as it is. */
  public static ApiException badRequest(String message, @Nullable String param) {
    return badRequest(message, param, null);
  }

  public static ApiException badRequest(
      String message, @Nullable String param, @Nullable String code) {
    return new ApiException(400, message, param, code, Map.of());
  }

  /**
   * Refuses a parameter where {@code holds} is false.
   *
   * @throws ApiException 400
   */
  public static void require(boolean holds, String param, String why) {
    if (!holds) {
      throw badRequest(param + ": " + why, param);
    }
  }

  /** 400: a parameter that would change the answer, which this server does not support. */
  public static ApiException unsupported(String param, String why) {
    return badRequest(param + ": " + why, param, "unsupported_parameter");
  }

  /** 400: a parameter of a name that means nothing here. */
  public static ApiException unknownParameter(String param) {
    return badRequest(
        param + ": there is no such parameter; leave it out", param, "unknown_parameter");
  }

  /** 400, 413 or 415: what is wrong with an input, by its kind. */
  public static ApiException of(InputException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case TOO_LARGE -> tooLarge(message, e.field());
      case UNSUPPORTED_PICTURE, UNSUPPORTED_SOUND -> unknownKind(message, e.field());
      case BAD -> badRequest(message, e.field());
    };
  }

  /**
   * What a reader makes of what a client sent.
   *
   * @throws ApiException in place of an {@link InputException}
   */
  public static <T> T reading(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (InputException e) {
      throw of(e);
    }
  }

  /** 401: no key, or another one. */
  static ApiException unauthorized() {
    return new ApiException(
        401,
        "the API key is missing or wrong; send it as Authorization: Bearer KEY",
        null,
        "invalid_api_key",
        Map.of("WWW-Authenticate", "Bearer"));
  }

  /** 404: no such path. */
  public static ApiException notFound(String message) {
    return new ApiException(404, message, null, "not_found", Map.of());
  }

  /** 404: no such model. */
  public static ApiException unknownModel(String served) {
    String message = "model: no such model is served; choose among " + served;
    return new ApiException(404, message, "model", "model_not_found", Map.of());
  }

  /** 405: the path has other methods. */
  static ApiException wrongMethod(String allowed) {
    String message = "the path does not have this method; it has " + allowed;
    return new ApiException(405, message, null, "method_not_allowed", Map.of("Allow", allowed));
  }

  /** An error of HTTP itself, told by its status alone. */
  public static ApiException ofStatus(int status, String message) {
    return new ApiException(status, message, null, null, Map.of());
  }

  /** 413: more bytes or pixels than are taken. */
  public static ApiException tooLarge(String message, @Nullable String param) {
    return new ApiException(413, message, param, "too_large", Map.of());
  }

  /** 415: something of a kind that is not read. */
  public static ApiException unknownKind(String message, @Nullable String param) {
    return new ApiException(415, message, param, "unsupported_media_type", Map.of());
  }

  /** 429: no room now. */
  public static ApiException full(String code, String message, Duration retryAfter) {
    return later(429, code, message, retryAfter);
  }

  /** 503: nothing is taken now. */
  public static ApiException unavailable(String code, String message, Duration retryAfter) {
    return later(503, code, message, retryAfter);
  }

  /** 503: the server answers what it has taken, and then ends. */
  public static ApiException draining(Duration retryAfter) {
    return unavailable("draining", "the server is about to end", retryAfter);
  }

  /** 503: the server ended before the answer was whole. */
  public static ApiException shutdown() {
    return unavailable("shutdown", "the server ended", Duration.ofSeconds(5));
  }

  private static ApiException later(int status, String code, String message, Duration wait) {
    long seconds = Math.clamp(wait.plusMillis(999).toSeconds(), 1, MOST_SECONDS);
    return new ApiException(
        status,
        message + "; try again after the seconds of Retry-After",
        null,
        code,
        Map.of("Retry-After", Long.toString(seconds)));
  }

  /** 504: the request took longer than requests may. */
  public static ApiException deadlinePassed() {
    String message = "the answer took longer than requests may; ask for fewer tokens";
    return new ApiException(504, message, null, "deadline_exceeded", Map.of());
  }

  public int status() {
    return status;
  }

  @Nullable String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** {@code {"error": {"message", "type", "param", "code"}}}. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("message", String.valueOf(getMessage()))
        .put("type", type())
        .put("param", param)
        .put("code", code);
    return json;
  }

  /** What OpenAI calls an error of this status. */
  private String type() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 429 -> "rate_limit_error";
      default -> status >= 500 ? "server_error" : "invalid_request_error";
    };
  }
}
