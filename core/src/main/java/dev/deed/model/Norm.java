package dev.deed.model;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of rows. Immutable.
 *
 * @param weight [width]
 * @param bias [width]; null for root-mean-square norm
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Norm(float[] weight, float @Nullable [] bias, float epsilon) {
  public static Norm read(ParameterSource source, String name, NormSpec spec) {
    float[] weight = source.weight(name);
    for (int i = 0; spec.fromOne() && i < weight.length; i++) {
      weight[i] += 1;
    }
    float[] bias =
        switch (spec.kind()) {
          case LAYER -> source.tensor(Names.bias(name)).toFloats();
          case LAYER_WITHOUT_BIAS -> new float[weight.length];
          case RMS -> null;
        };
    return new Norm(weight, bias, spec.epsilon());
  }

  /** A range of so many values is worth handing to another thread. */
  private static final int LEAST_VALUES = 16 * 1024;

  /** x [rows, width] to out [rows, width]; both may be the same array. */
  public void apply(float[] x, int rows, float[] out) {
    apply(x, 0, out, 0, rows);
  }

  /** The same, with the rows shared out. */
  public void apply(float[] x, int rows, float[] out, ThreadPool pool) {
    int width = weight.length;
    pool.share(
        rows,
        leastRows(width),
        (first, end) -> apply(x, first * width, out, first * width, end - first));
  }

  /** Rows that follow one another from {@code at} on, in place. */
  public void applyTo(float[] x, int at, int rows) {
    apply(x, at, x, at, rows);
  }

  /** Rows of that width whose values are worth handing to another thread. */
  public static int leastRows(int width) {
    return Math.max(1, LEAST_VALUES / Math.max(1, width));
  }

  private void apply(float[] x, int from, float[] out, int to, int rows) {
    Kernels kernels = KernelChoice.kernels();
    for (int at = 0; at < rows * weight.length; at += weight.length) {
      if (bias == null) {
        kernels.rmsNorm(x, from + at, weight, epsilon, out, to + at);
      } else {
        kernels.layerNorm(x, from + at, weight, bias, epsilon, out, to + at);
      }
    }
  }
}
