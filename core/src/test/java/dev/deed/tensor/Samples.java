package dev.deed.tensor;

import java.util.Random;

/** Reproducible test values. */
public final class Samples {
  private Samples() {}

  public static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
