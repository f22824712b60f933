package dev.deed.engine;

import dev.deed.model.Decoder;

/**
 * What a request takes while it is in the batch.
 *
 * @param rows of a step: sequences that are decoded side by side
 * @param bytes of memory: keys and values, rows that wait for deeper layers, the encoder output
 */
public record Resources(int rows, long bytes) {
  /**
   * A cache and what it has outgrown take less than twice its memory; arrays that are used again
   * are an eighth longer at most.
   */
  private static final double GROWTH = 2 * 1.125;

  /** An int8 copy of keys and values, with its scales, of their bytes. */
  private static final double NARROW = 0.4;

  /**
   * The need of a request, at most.
   *
   * @param rows sequences that are decoded side by side
   * @param positions of the decoder: prefix and new tokens
   * @param source positions of the encoder output
   */
  public static Resources of(Decoder decoder, int rows, int positions, int source) {
    long self = cacheBytes(decoder, positions);
    long cross = cacheBytes(decoder, source);
    // Each position waits at one layer, but the layers' arrays do not share.
    long width = (long) decoder.width() * Float.BYTES;
    long pending = 2 * width * positions;
    long each = (long) (GROWTH * self) + pending;
    return new Resources(rows, rows * each + (long) (1.125 * cross) + width * source);
  }

  private static long cacheBytes(Decoder decoder, int positions) {
    long bytes = 0;
    for (int layer = 1; layer <= decoder.layerCount(); layer++) {
      bytes += decoder.layer(layer).cacheBytes(positions);
    }
    return bytes;
  }

  /** The same where drafts read int8 copies of the source's keys and values. */
  public Resources withNarrowSource(Decoder decoder, int source) {
    return withBytes(bytes + (long) (NARROW * cacheBytes(decoder, source)));
  }

  /** The same where an assistant drafts. */
  public Resources withAssistant(Decoder decoder, int positions, int source) {
    return plus(of(decoder, rows, positions, source).bytes);
  }

  /** The same with more bytes, which are free once the input is encoded. */
  public Resources plus(long more) {
    return withBytes(bytes + more);
  }

  Resources withBytes(long other) {
    return new Resources(rows, other);
  }
}
