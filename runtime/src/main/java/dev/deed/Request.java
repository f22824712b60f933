package dev.deed;

import dev.deed.value.Client;
import java.util.Objects;

/**
 * One input and how to answer it. Immutable. Who wants the tokens as they are emitted calls {@link
 * EncoderDecoderModel#generate(Input, GenerationOptions, TokenListener)}, or reads them from the
 * {@link Ticket} of an engine.
 *
 * @param input what the model reads
 * @param options how to generate
 * @param client who asks, where several share an {@link Engine}
 */
public record Request(Input input, GenerationOptions options, Client client) {
  /**
   * Checks its arguments.
   *
   * @throws NullPointerException that names the argument, when one is null
   */
  public Request {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(client, "client");
  }

  /**
   * Asks for nobody in particular.
   *
   * @param input what the model reads
   * @param options how to generate
   */
  public Request(Input input, GenerationOptions options) {
    this(input, options, Client.ANYONE);
  }

  /**
   * {@return the same of another client}
   *
   * @param other who asks
   */
  public Request from(Client other) {
    return new Request(input, options, other);
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
