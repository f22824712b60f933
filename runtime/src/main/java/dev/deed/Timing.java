package dev.deed;

/**
 * Where the time of a generation went, in milliseconds. In a batch, decoding is shared: every
 * member states the whole batch's.
 *
 * @param preprocessMillis text and picture to encoder input
 * @param encodeMillis the encoder
 * @param decodeMillis all after the encoder output, cross-attention keys and values included
 */
public record Timing(double preprocessMillis, double encodeMillis, double decodeMillis) {
  /** The sum of the three. */
  public double totalMillis() {
    return preprocessMillis + encodeMillis + decodeMillis;
  }
}
