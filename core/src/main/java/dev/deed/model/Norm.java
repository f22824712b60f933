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
    return new Norm(
        source.tensor(Names.weight(name)).toFloats(),
        source.bias(name, spec.kind() == NormSpec.Kind.LAYER),
        spec.epsilon());
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
