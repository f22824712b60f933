package dev.deed.model;

import dev.deed.tensor.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation of rows. Immutable.
 *
 * @param weight [width]
 * @param bias [width]; null for root-mean-square norm
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Norm(float[] weight, float @Nullable [] bias, float epsilon) {
  static Norm read(ParameterSource source, String name, NormSpec spec) {
    return new Norm(
        source.tensor(name + ".weight").toFloats(),
        spec.kind() == NormSpec.Kind.LAYER ? source.tensor(name + ".bias").toFloats() : null,
        spec.epsilon());
  }

  /** x [rows, width] to out [rows, width]; both may be the same array. */
  void apply(float[] x, int rows, float[] out) {
    Kernels kernels = Kernels.active();
    int width = weight.length;
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      if (bias == null) {
        kernels.rmsNorm(x, at, weight, epsilon, width, out, at);
      } else {
        kernels.layerNorm(x, at, weight, bias, epsilon, width, out, at);
      }
    }
  }
}
