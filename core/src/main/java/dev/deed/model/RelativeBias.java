package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.AttentionBias;
import java.util.function.IntUnaryOperator;

/**
 * A bias per head and bucket of the distance between two positions (Raffel et al. 2020, section
 * 2.1). Safe for use from many threads.
 */
public final class RelativeBias {
  private final IntUnaryOperator bucket;
  private final int heads;
  private final float[] table;
  private volatile Window window;

  /** Biases for all distances key − query in −(length−1)…length−1, head after head. */
  private record Window(int length, float[] values) {}

  private RelativeBias(IntUnaryOperator bucket, Tensor table) {
    this.bucket = bucket;
    this.heads = table.shape().getLast();
    this.table = table.toFloats();
    this.window = expand(64);
  }

  /**
   * Reads the table of a name, [buckets, heads].
   *
   * @param bucket of the position of the key minus that of the query
   */
  public static RelativeBias read(ParameterSource source, String name, IntUnaryOperator bucket) {
    return new RelativeBias(bucket, source.tensor(Names.weight(name)));
  }

  /** The bias of query rows from position {@code first} on, over keys 0…length−1. */
  public AttentionBias forRows(int first, int length) {
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
      int row = bucket.applyAsInt(i - (length - 1));
      for (int head = 0; head < heads; head++) {
        values[head * distances + i] = table[row * heads + head];
      }
    }
    return new Window(length, values);
  }
}
