package dev.deed.tensor.kernel;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.matrix.MatrixKernel;
import dev.deed.tensor.matrix.Panels;
import org.jspecify.annotations.Nullable;

/** The twin that defines the result: one output at a time, inputs in ascending order. */
final class ScalarMatrixKernel implements MatrixKernel {
  @Override
  public void multiply(
      Panels w, int firstPanel, int endPanel, FloatRows x, float @Nullable [] bias, FloatRows y) {
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    float[] scales = w.scales();
    for (int o = firstPanel * Panels.WIDTH; o < end; o++) {
      for (int r = 0; r < x.count(); r++) {
        int from = x.at(r);
        float sum = 0f;
        for (int k = 0; k < w.inputs(); k++) {
          sum = Math.fma(x.values()[from + k], w.weight(o, k), sum);
        }
        float scaled = scales == null ? sum : sum * scales[o];
        y.values()[y.at(r) + o] = bias == null ? scaled : scaled + bias[o];
      }
    }
  }
}
