package dev.deed;

import java.util.Objects;

/**
 * One input with what is asked of it. Immutable.
 *
 * @param input what the model reads
 * @param options how to generate
 * @param listener told of every token of the answer
 */
public record Request(Input input, GenerationOptions options, TokenListener listener) {
  private static final TokenListener SILENT = (token, text) -> true;

  /** Refuses what is null. */
  public Request {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(listener, "listener");
  }

  /** Without a listener. */
  public Request(Input input, GenerationOptions options) {
    this(input, options, SILENT);
  }

  /** With the model's own exits and generation settings. */
  public static Request of(Input input) {
    return new Request(input, GenerationOptions.defaults());
  }

  boolean hasListener() {
    return listener != SILENT;
  }
}
