package dev.deed.value;

/**
 * Where the time of a generation went, in milliseconds. Immutable.
 *
 * @param preprocessMillis checking the request and making the encoder's input of text and picture
 * @param encodeMillis the encoder; inputs that are encoded together share the time out by their
 *     lengths, and what the engine remembered took the time of looking it up
 * @param decodeMillis all after the encoder output, cross-attention keys and values included; every
 *     member of a batch states the time of the whole batch, and in an engine from the step that it
 *     joined to its last
 */
public record Timing(double preprocessMillis, double encodeMillis, double decodeMillis) {
  /** {@return the sum of the three, in milliseconds} */
  public double totalMillis() {
    return preprocessMillis + encodeMillis + decodeMillis;
  }
}
