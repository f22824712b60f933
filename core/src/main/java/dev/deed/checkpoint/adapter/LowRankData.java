package dev.deed.checkpoint.adapter;

import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A weight with the product of two factors added as it is read, in fp32: {@code W' = W + s · (B ·
 * A)}, the sum over ranks in their order, so that the bits do not depend on what is read at a time.
 * Hu et al., "LoRA", 2021, equation 3.
 */
final class LowRankData implements TensorData {
  private final Tensor weight;
  private final Tensor down;
  private final Tensor up;
  private final float scale;
  private SoftReference<@Nullable Factors> read = new SoftReference<>(null);

  /**
   * @param weight W, [outputs, inputs…], the inputs being one row
   * @param down A, [rank, inputs…]
   * @param up B, [outputs, rank]
   */
  LowRankData(Tensor weight, Tensor down, Tensor up, float scale) {
    this.weight = weight;
    this.down = down;
    this.up = up;
    this.scale = scale;
  }

  /** Small beside the weight, and asked for again with every piece of it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Factors(float[] down, float[] up) {}

  private synchronized Factors factors() {
    Factors factors = read.get();
    if (factors == null) {
      factors = new Factors(down.toFloats(), up.toFloats());
      read = new SoftReference<>(factors);
    }
    return factors;
  }

  @Override
  public long size() {
    return weight.elements() * Float.BYTES;
  }

  @Override
  public void read(long position, MemorySegment target) {
    long first = position / Float.BYTES;
    float[] values = new float[Math.toIntExact(target.byteSize() / Float.BYTES)];
    weight.read(first, values, 0, values.length);
    Factors factors = factors();
    int rank = down.shape().getFirst();
    int inputs = factors.down.length / rank;
    float[] sums = new float[Math.min(inputs, values.length)];
    int done = 0;
    while (done < values.length) {
      int output = Math.toIntExact((first + done) / inputs);
      int column = Math.toIntExact((first + done) % inputs);
      int count = Math.min(inputs - column, values.length - done);
      Arrays.fill(sums, 0);
      for (int r = 0; r < rank; r++) {
        add(factors.up[output * rank + r], factors.down, r * inputs + column, sums, count);
      }
      for (int i = 0; i < count; i++) {
        values[done + i] += scale * sums[i];
      }
      done += count;
    }
    TensorData.of(values).read(0, target);
  }

  private static void add(float factor, float[] row, int from, float[] sums, int count) {
    for (int i = 0; i < count; i++) {
      sums[i] += factor * row[from + i];
    }
  }
}
