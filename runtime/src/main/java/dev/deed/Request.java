package dev.deed;

import java.util.Objects;

/**
 * One input and how to answer it. Immutable. Who wants the tokens as they are emitted calls {@link
 * EncoderDecoderModel#generate(Input, GenerationOptions, TokenListener)}, or reads them from the
 * {@link Ticket} of an engine.
 *
 * @param input what the model reads
 * @param options how to generate
 */
public record Request(Input input, GenerationOptions options) {
  /**
   * Checks its arguments.
   *
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(options, "options");
  }

  /**
   * {@return a request with the model's own exits and generation settings}
   *
   * @param input what the model reads
   */
  public static Request of(Input input) {
    return new Request(input, GenerationOptions.defaults());
  }
}
