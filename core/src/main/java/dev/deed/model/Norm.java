package dev.deed.model;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
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
    float[] weight = source.tensor(Names.weight(name)).toFloats();
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
    apply(x, 0, rows, out);
  }

  /** The same, with the rows shared out. */
  public void apply(float[] x, int rows, float[] out, WorkerTeam team) {
    team.share(rows, leastRows(weight.length), (first, end) -> apply(x, first, end, out));
  }

  /** Rows that follow one another from {@code at} on, in place. */
  void applyTo(float[] x, int at, int rows) {
    for (int row = 0; row < rows; row++) {
      int from = at + row * weight.length;
      if (bias == null) {
        KernelChoice.kernels().rmsNorm(x, from, weight, epsilon, x, from);
      } else {
        KernelChoice.kernels().layerNorm(x, from, weight, bias, epsilon, x, from);
      }
    }
  }

  /** Rows of that width whose values are worth handing to another thread. */
  public static int leastRows(int width) {
    return Math.max(1, LEAST_VALUES / Math.max(1, width));
  }

  private void apply(float[] x, int first, int end, float[] out) {
    Kernels kernels = KernelChoice.kernels();
    int width = weight.length;
    for (int row = first; row < end; row++) {
      int at = row * width;
      if (bias == null) {
        kernels.rmsNorm(x, at, weight, epsilon, out, at);
      } else {
        kernels.layerNorm(x, at, weight, bias, epsilon, out, at);
      }
    }
  }
}
