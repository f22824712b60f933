package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.ROUNDING;
import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.matrix.IntegerKernel;
import dev.deed.tensor.matrix.Panels;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers multiplied and added as fp32 numbers, by the loops of {@link VectorInt8Kernel}: the
 * Vector API has no product of bytes, and its products of 16 or 32 bits take more instructions than
 * a fused multiply-add. Longer sums are cut where fp32 would begin to round.
 */
public final class VectorIntegerKernel implements IntegerKernel {
  private final VectorInt8Kernel kernel = new VectorInt8Kernel();

  @Override
  public float magnitude(float[] x, int offset, int n) {
    FloatVector most = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      most = most.max(FloatVector.fromArray(FLOATS, x, offset + i).lanewise(ABS));
    }
    float result = most.reduceLanes(MAX);
    for (; i < n; i++) {
      result = Math.max(result, Math.abs(x[offset + i]));
    }
    return result;
  }

  @Override
  public void round(float[] x, int offset, int n, float factor, float[] q, int qOffset) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, offset + i)
          .mul(factor)
          .add(ROUNDING)
          .sub(ROUNDING)
          .intoArray(q, qOffset + i);
    }
    for (; i < n; i++) {
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
    int first = firstPanel * Panels.WIDTH;
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    FloatRows rounded = new FloatRows(x.values(), firstRow * inputs, inputs, y.count());
    if (inputs <= EXACT_INPUTS) {
      kernel.sums(new VectorProduct(w, rounded, y), first, end);
    } else {
      longSums(w, first, end, rounded, y);
    }
    for (int r = 0; r < y.count(); r++) {
      float scale = x.scales()[firstRow + r];
      VectorNarrowKernel.finish(w.int8Scales(), scale, bias, first, end, y.values(), y.at(r));
    }
  }

  private void longSums(Panels w, int first, int end, FloatRows x, FloatRows y) {
    int inputs = w.inputs();
    int width = end - first;
    int rows = x.count();
    int[] totals = new int[rows * width];
    float[] sums = new float[rows * width];
    FloatRows to = new FloatRows(sums, -first, width, rows);
    for (int from = 0; from < inputs; from += EXACT_INPUTS) {
      int count = Math.min(EXACT_INPUTS, inputs - from);
      kernel.sums(new VectorProduct(w, x, to).inputs(from, count), first, end);
      for (int i = 0; i < totals.length; i++) {
        totals[i] += (int) sums[i];
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < width; o++) {
        y.values()[y.at(r) + first + o] = totals[r * width + o];
      }
    }
  }
}
