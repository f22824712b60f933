package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.ROUNDING;

import dev.deed.tensor.matrix.IntegerKernel;
import dev.deed.tensor.matrix.QuadKernel;
import dev.deed.tensor.matrix.QuadPanels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The twin that defines the result. */
public final class ScalarQuadKernel implements QuadKernel {
  private final IntegerKernel integers = new ScalarIntegerKernel();

  @Override
  public float round(float[] x, int offset, int n, MemorySegment bytes, long at) {
    float magnitude = integers.magnitude(x, offset, n);
    float factor = IntegerKernel.factor(magnitude);
    for (int i = 0; i < n; i++) {
      byte shifted = (byte) (round(x[offset + i], factor) + SHIFT);
      bytes.set(ValueLayout.JAVA_BYTE, at + i, shifted);
    }
    return IntegerKernel.scale(magnitude);
  }

  @Override
  public float round(float[] x, int offset, int n, int[] pairs) {
    float magnitude = integers.magnitude(x, offset, n);
    float factor = IntegerKernel.factor(magnitude);
    int odd = QuadPanels.quads(n);
    Arrays.fill(pairs, 0, 2 * odd, 0);
    for (int k = 0; k < n; k++) {
      int whole = round(x[offset + k], factor);
      pairs[k % 2 * odd + k / QuadPanels.QUAD] |=
          k % QuadPanels.QUAD < 2 ? whole & 0xffff : whole << Short.SIZE;
    }
    return IntegerKernel.scale(magnitude);
  }

  private static int round(float x, float factor) {
    return (byte) (x * factor + ROUNDING - ROUNDING);
  }

  @Override
  public void finish(
      MemorySegment sums, long at, Outputs outputs, float scale, float[] y, int yOffset) {
    int first = outputs.first();
    for (int o = first; o < outputs.end(); o++) {
      int sum = sums.get(ValueLayout.JAVA_INT, at + (long) (o - first) * Integer.BYTES);
      write(outputs, o, sum - SHIFT * outputs.weights().totals()[o], scale, y, yOffset);
    }
  }

  @Override
  public void multiply(Outputs outputs, int[] pairs, float scale, float[] y, int yOffset) {
    for (int o = outputs.first(); o < outputs.end(); o++) {
      write(outputs, o, QuadKernel.sum(outputs.weights(), o, pairs), scale, y, yOffset);
    }
  }

  private static void write(
      Outputs outputs, int output, int sum, float scale, float[] y, int yOffset) {
    float scaled = sum * outputs.weights().scales()[output] * scale;
    float[] bias = outputs.bias();
    y[yOffset + output] = bias == null ? scaled : scaled + bias[output];
  }
}
