package dev.deed.tensor.vector;

import static dev.deed.tensor.Int8Rounding.ROUNDING;
import static dev.deed.tensor.vector.VectorLanes.COUNT;
import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorLanes.ORDER;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.F2B;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.int8.IntegerKernel;
import dev.deed.tensor.packed.Panels;
import dev.deed.tensor.vector.VectorNarrowKernel.Range;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers multiplied and added as fp32 numbers, by the loops of {@link VectorInt8Kernel}: the
 * Vector API has no product of bytes, and its products of 16 or 32 bits take more instructions than
 * a fused multiply-add. Longer sums are cut where fp32 would begin to round.
 */
public final class VectorIntegerKernel implements IntegerKernel {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(COUNT * Byte.SIZE));

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
  public void round(float[] x, int offset, int n, float factor, MemorySegment q, long qOffset) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      ((ByteVector)
              FloatVector.fromArray(FLOATS, x, offset + i)
                  .mul(factor)
                  .add(ROUNDING)
                  .sub(ROUNDING)
                  .convertShape(F2B, BYTES, 0))
          .intoMemorySegment(q, qOffset + i, ORDER);
    }
    for (; i < n; i++) {
      byte value = (byte) (x[offset + i] * factor + ROUNDING - ROUNDING);
      q.set(ValueLayout.JAVA_BYTE, qOffset + i, value);
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
      FloatRows out) {
    int rows = out.count();
    float[] y = out.values();
    int yOffset = out.offset();
    int yStride = out.stride();
    int inputs = w.inputs();
    int first = firstPanel * Panels.WIDTH;
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    int x0 = firstRow * inputs;
    if (inputs <= EXACT_INPUTS) {
      Range all = new Range(0, inputs);
      kernel.sums(w, all, first, end, x.values(), x0, inputs, rows, y, yOffset, yStride);
    } else {
      longSums(w, first, end, x.values(), x0, rows, y, yOffset, yStride);
    }
    for (int r = 0; r < rows; r++) {
      finish(w.int8Scales(), x.scales()[firstRow + r], bias, first, end, y, yOffset + r * yStride);
    }
  }

  private void longSums(
      Panels w, int first, int end, float[] x, int x0, int rows, float[] y, int y0, int yStride) {
    int inputs = w.inputs();
    int width = end - first;
    int[] totals = new int[rows * width];
    float[] sums = new float[rows * width];
    for (int from = 0; from < inputs; from += EXACT_INPUTS) {
      Range range = new Range(from, Math.min(EXACT_INPUTS, inputs - from));
      kernel.sums(w, range, first, end, x, x0 + from, inputs, rows, sums, -first, width);
      for (int i = 0; i < totals.length; i++) {
        totals[i] += (int) sums[i];
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < width; o++) {
        y[y0 + r * yStride + first + o] = totals[r * width + o];
      }
    }
  }

  private static void finish(
      float[] scales, float scale, float @Nullable [] bias, int first, int end, float[] y, int y0) {
    int o = first;
    for (; o <= end - COUNT; o += COUNT) {
      FloatVector sum = FloatVector.fromArray(FLOATS, y, y0 + o);
      sum = sum.mul(FloatVector.fromArray(FLOATS, scales, o)).mul(scale);
      if (bias != null) {
        sum = sum.add(FloatVector.fromArray(FLOATS, bias, o));
      }
      sum.intoArray(y, y0 + o);
    }
    for (; o < end; o++) {
      float sum = y[y0 + o] * scales[o] * scale;
      y[y0 + o] = bias == null ? sum : sum + bias[o];
    }
  }

  @Override
  public void finish(
      MemorySegment sums,
      long sumsOffset,
      float[] scales,
      float scale,
      float @Nullable [] bias,
      int first,
      int end,
      float[] y,
      int yOffset) {
    int o = first;
    for (; o <= end - COUNT; o += COUNT) {
      long at = sumsOffset + (long) (o - first) * Integer.BYTES;
      ((FloatVector)
              IntVector.fromMemorySegment(INTS, sums, at, ORDER).convertShape(I2F, FLOATS, 0))
          .intoArray(y, yOffset + o);
    }
    for (; o < end; o++) {
      long at = sumsOffset + (long) (o - first) * Integer.BYTES;
      y[yOffset + o] = sums.get(ValueLayout.JAVA_INT, at);
    }
    finish(scales, scale, bias, first, end, y, yOffset);
  }
}
