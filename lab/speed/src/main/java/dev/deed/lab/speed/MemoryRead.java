package dev.deed.lab.speed;

import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;

/**
 * Reads 256 MiB, which no cache holds, as fast as the machine can: sums of integers, a loop that
 * the JIT turns into vectors by itself. Four places are read side by side, because one stream alone
 * does not keep enough cache lines under way.
 */
public final class MemoryRead {
  private static final int VALUES = 64 * 1024 * 1024;

  /** Parts handed out: enough to even out threads. */
  private static final int PARTS = 16;

  private static final int STREAMS = 4;
  private static final int STREAM = VALUES / STREAMS;

  /** Bytes of one walk. */
  public static final long BYTES = (long) VALUES * Integer.BYTES;

  private final int[] values = new int[VALUES];
  private final int[] sums = new int[PARTS];

  /** Fills the memory, so that every page exists. */
  public MemoryRead() {
    for (int i = 0; i < VALUES; i++) {
      values[i] = i * 31;
    }
  }

  /** Bytes that a product reads of a matrix, but for scales and padding. */
  public static double bytes(WeightMatrix matrix) {
    return (double) matrix.outputs() * matrix.inputs() * matrix.precision().bytes();
  }

  /** One walk through all of it; the sums are returned so that they are computed. */
  public int[] read(ThreadPool pool) {
    int size = VALUES / PARTS / STREAMS;
    pool.run(PARTS, part -> sums[part] = sum(values, part * size, size));
    return sums;
  }

  private static int sum(int[] values, int from, int count) {
    int sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i] + values[i + STREAM] + values[i + 2 * STREAM] + values[i + 3 * STREAM];
    }
    return sum;
  }
}
