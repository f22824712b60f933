package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.ROUNDING;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.matrix.IntegerKernel;
import dev.deed.tensor.matrix.Panels;
import org.jspecify.annotations.Nullable;

/** The twin that defines the result. */
public final class ScalarIntegerKernel implements IntegerKernel {
  @Override
  public float magnitude(float[] x, int offset, int n) {
    float most = 0;
    for (int i = offset; i < offset + n; i++) {
      most = Math.max(most, Math.abs(x[i]));
    }
    return most;
  }

  @Override
  public void round(float[] x, int offset, int n, float factor, float[] q, int qOffset) {
    for (int i = 0; i < n; i++) {
      q[qOffset + i] = x[offset + i] * factor + ROUNDING - ROUNDING;
    }
  }

  @Override
  public void multiply(
      Panels w,
      int firstPanel,
      int endPanel,
      Rounded x,
      int firstRow,
      float @Nullable [] bias,
      FloatRows y) {
    int inputs = w.inputs();
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    for (int r = firstRow; r < firstRow + y.count(); r++) {
      for (int o = firstPanel * Panels.WIDTH; o < end; o++) {
        int sum = 0;
        for (int k = 0; k < inputs; k++) {
          sum += (int) x.values()[r * inputs + k] * (int) w.weight(o, k);
        }
        y.values()[y.at(r - firstRow) + o] = output(sum, w.int8Scales(), x.scales()[r], bias, o);
      }
    }
  }

  private static float output(
      int sum, float[] scales, float scale, float @Nullable [] bias, int output) {
    float scaled = sum * scales[output] * scale;
    return bias == null ? scaled : scaled + bias[output];
  }
}
