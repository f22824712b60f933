package dev.deed.tensor.kernel;

import dev.deed.tensor.Activation;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.Samples;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.value.WeightPrecision;
import java.util.Arrays;

/** A program that computes a little of everything with the kernels that its JVM chooses. */
final class KernelDigest {
  private KernelDigest() {}

  /** Loads a module if one is named, and prints the digest of all results. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    for (String module : arguments) {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, module);
    }
    System.out.println(digest());
  }

  /** Equal digests mean equal bits. */
  static int digest() {
    float[] x = Samples.normal(3000, 1);
    float[] y = Samples.normal(3000, 2);
    Kernels kernels = KernelChoice.kernels();
    int n = 777;
    kernels.add(x, 1, y, 2, n);
    float[] weight = Arrays.copyOf(y, n);
    kernels.layerNorm(x, 3, weight, weight, 1e-5f, x, 3);
    kernels.rmsNorm(x, 1, weight, 1e-6f, x, 1);
    for (Activation kind : Activation.values()) {
      kernels.activate(kind, x, 100 * kind.ordinal(), 99);
    }
    int digest = kernels.statistics(y, 7, n).hashCode();
    digest = 31 * digest + Float.floatToIntBits(kernels.cosine(x, 2, y, 1, n));
    kernels.softmax(x, 1500, n);
    try (ThreadPool pool = ThreadPool.of(2)) {
      for (WeightPrecision precision : WeightPrecision.values()) {
        float[] weights = Samples.normal(203 * 96, 3);
        WeightMatrix matrix = KernelChoice.packing().pack(precision, weights, 203, 96);
        for (int rows = 1; rows <= 13; rows++) {
          float[] product = new float[rows * 203];
          matrix.multiply(
              new FloatRows(x, rows, 96, rows), y, FloatRows.of(product, 203, rows), pool);
          digest = 31 * digest + Arrays.hashCode(product);
        }
      }
      KeyValueCache cache = new KeyValueCache(3, 28, 0);
      cache.write(cache.extend(50), FloatRows.of(x, 40, 50), FloatRows.of(y, 50, 50));
      for (int rows = 1; rows <= 13; rows++) {
        float[] out = new float[rows * 84];
        KernelChoice.attention()
            .attend(
                new AttentionJob(
                    new FloatRows(y, rows, 84, rows),
                    0.2f,
                    cache,
                    37,
                    1,
                    null,
                    FloatRows.of(out, 84, rows)),
                pool);
        digest = 31 * digest + Arrays.hashCode(out);
      }
    }
    return 31 * digest + Arrays.hashCode(x);
  }
}
