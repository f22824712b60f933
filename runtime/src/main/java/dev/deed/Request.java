package dev.deed;

import java.util.Objects;

/**
 * One input and how to answer it. Immutable, apart from its listener.
 *
 * @param input what the model reads
 * @param options how to generate
 * @param listener receives the tokens of the answer
 */
public record Request(Input input, GenerationOptions options, TokenListener listener) {
  private static final TokenListener SILENT = (token, text) -> true;

  /**
   * Checks its arguments.
   *
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(listener, "listener");
  }

  /**
   * A request without a listener.
   *
   * @param input what the model reads
   * @param options how to generate
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request(Input input, GenerationOptions options) {
    this(input, options, SILENT);
  }

  /**
   * {@return a request with the model's own exits and generation settings, without a listener}
   *
   * @param input what the model reads
   * @throws NullPointerException when the input is null
   */
  public static Request of(Input input) {
    return new Request(input, GenerationOptions.defaults());
  }

  /** Whether a listener was given. */
  boolean isHeard() {
    return listener != SILENT;
  }
}
