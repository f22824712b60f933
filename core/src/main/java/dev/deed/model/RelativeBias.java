package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.AttentionBias;

/**
 * T5's relative position bias (Raffel et al. 2020, section 2.1). Safe for use from many threads.
 */
final class RelativeBias {
  private final PositionSpec.RelativeBias spec;
  private final boolean bidirectional;
  private final int heads;
  private final float[] table;
  private volatile Window window;

  /** Biases for all distances key − query in −(length−1)…length−1, head after head. */
  private record Window(int length, float[] values) {}

  /**
   * @param table [buckets, heads]
   * @param bidirectional whether keys may lie behind the query (encoder)
   */
  RelativeBias(PositionSpec.RelativeBias spec, Tensor table, boolean bidirectional) {
    this.spec = spec;
    this.bidirectional = bidirectional;
    this.heads = table.shape().getLast();
    this.table = table.toFloats();
    this.window = expand(64);
  }

  /** The bias of query rows from position {@code first} on, over keys 0…length−1. */
  AttentionBias forRows(int first, int length) {
    Window current = window;
    if (current.length < length) {
      current = expand(Math.max(length, 2 * current.length));
      window = current;
    }
    return new AttentionBias(
        current.values, current.length - 1 - first, -1, 2 * current.length - 1);
  }

  private Window expand(int length) {
    int distances = 2 * length - 1;
    float[] values = new float[Math.multiplyExact(heads, distances)];
    for (int i = 0; i < distances; i++) {
      int bucket = spec.bucket(i - (length - 1), bidirectional);
      for (int head = 0; head < heads; head++) {
        values[head * distances + i] = table[bucket * heads + head];
      }
    }
    return new Window(length, values);
  }
}
