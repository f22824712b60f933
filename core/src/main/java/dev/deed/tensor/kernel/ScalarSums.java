package dev.deed.tensor.kernel;

/** Sums in the order that all kernels share: 16 interleaved partial sums, added as a tree. */
final class ScalarSums {
  /** Number of partial sums: the lanes of the widest vector in use, 512 bits. */
  public static final int LANES = 16;

  private ScalarSums() {}

  static float sum(float[] x, int offset, int n) {
    float[] sums = new float[LANES];
    for (int i = 0; i < n; i++) {
      sums[i % LANES] += x[offset + i];
    }
    return total(sums);
  }

  public static float total(float[] sums) {
    return total(sums, 0);
  }

  /**
   * Adds the upper half of the partial sums to the lower half until one is left.
   *
   * @param offset of the first
   */
  public static float total(float[] sums, int offset) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = offset; i < offset + half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[offset];
  }
}
