package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The twin that defines the result: one output at a time, inputs in ascending order. */
final class ScalarMatrixKernel implements MatrixKernel {
  private static final int PANEL = PackedFloatMatrix.PANEL;

  @Override
  public void multiply(
      MemorySegment panels,
      int inputs,
      int outputs,
      int firstPanel,
      int endPanel,
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride) {
    int end = Math.min(outputs, endPanel * PANEL);
    for (int o = firstPanel * PANEL; o < end; o++) {
      long first = (long) (o / PANEL) * inputs * PANEL + o % PANEL;
      for (int r = 0; r < rows; r++) {
        int from = xOffset + r * xStride;
        float sum = 0f;
        for (int k = 0; k < inputs; k++) {
          float weight = panels.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) k * PANEL);
          sum = Math.fma(x[from + k], weight, sum);
        }
        y[yOffset + r * yStride + o] = bias == null ? sum : sum + bias[o];
      }
    }
  }
}
