package dev.deed.lab.kernels;

import dev.deed.tensor.RowSource;
import java.util.Random;

/** Reproducible inputs, normally distributed. */
final class RandomArrays {
  private RandomArrays() {}

  static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Rows of {@code inputs} normal values, all of them the same. */
  static RowSource sameRow(int inputs) {
    float[] row = normal(inputs, 1);
    return (first, count, target) -> {
      for (int i = 0; i < count; i++) {
        System.arraycopy(row, 0, target, i * inputs, inputs);
      }
    };
  }
}
