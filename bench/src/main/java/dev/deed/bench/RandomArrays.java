package dev.deed.bench;

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
}
