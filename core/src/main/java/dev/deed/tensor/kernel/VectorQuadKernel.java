package dev.deed.tensor.kernel;

import static dev.deed.tensor.Int8Rounding.ROUNDING;
import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static dev.deed.tensor.kernel.VectorLanes.INTS;
import static dev.deed.tensor.kernel.VectorLanes.ORDER;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2B;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.deed.tensor.ThreadBuffer;
import dev.deed.tensor.matrix.IntegerKernel;
import dev.deed.tensor.matrix.QuadKernel;
import dev.deed.tensor.matrix.QuadPanels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** On vectors, of 8 numbers at least; {@link VectorQuadTiles} adds the products of a row. */
public final class VectorQuadKernel implements QuadKernel {
  /** As many bytes as a vector has fp32 numbers. */
  private static final VectorSpecies<Byte> FEW_BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(COUNT * Byte.SIZE));

  private static final VectorSpecies<Byte> ALL_BYTES =
      VectorSpecies.of(byte.class, FLOATS.vectorShape());

  /** Whole numbers of the row that this thread rounds, and sums of its outputs. */
  private static final ThreadBuffer<byte[]> BYTES = ThreadBuffer.ofBytes();

  private static final ThreadBuffer<int[]> SUMS = ThreadBuffer.ofInts();

  /** Vectors of a panel for four inputs. */
  private static final int PANEL_VECTORS = QuadPanels.WIDTH / COUNT;

  private final IntegerKernel integers = new VectorIntegerKernel();

  @Override
  public float round(float[] x, int offset, int n, MemorySegment bytes, long at) {
    float magnitude = integers.magnitude(x, offset, n);
    float factor = IntegerKernel.factor(magnitude);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      ((ByteVector)
              FloatVector.fromArray(FLOATS, x, offset + i)
                  .mul(factor)
                  .add(ROUNDING)
                  .sub(ROUNDING)
                  .convertShape(F2B, FEW_BYTES, 0))
          .lanewise(XOR, (byte) SHIFT)
          .intoMemorySegment(bytes, at + i, ORDER);
    }
    for (; i < n; i++) {
      byte shifted = (byte) ((byte) (x[offset + i] * factor + ROUNDING - ROUNDING) + SHIFT);
      bytes.set(ValueLayout.JAVA_BYTE, at + i, shifted);
    }
    return IntegerKernel.scale(magnitude);
  }

  @Override
  public void finish(
      MemorySegment sums, long at, Outputs outputs, float scale, float[] y, int yOffset) {
    QuadPanels weights = outputs.weights();
    int[] totals = weights.totals();
    float[] scales = weights.scales();
    float[] bias = outputs.bias();
    int first = outputs.first();
    int end = outputs.end();
    int o = first;
    for (; o <= end - COUNT; o += COUNT) {
      FloatVector sum =
          (FloatVector)
              IntVector.fromMemorySegment(
                      INTS, sums, at + (long) (o - first) * Integer.BYTES, ORDER)
                  .sub(IntVector.fromArray(INTS, totals, o).mul(SHIFT))
                  .convertShape(I2F, FLOATS, 0);
      sum = sum.mul(FloatVector.fromArray(FLOATS, scales, o)).mul(scale);
      if (bias != null) {
        sum = sum.add(FloatVector.fromArray(FLOATS, bias, o));
      }
      sum.intoArray(y, yOffset + o);
    }
    for (; o < end; o++) {
      int whole = sums.get(ValueLayout.JAVA_INT, at + (long) (o - first) * Integer.BYTES);
      float sum = (float) (whole - SHIFT * totals[o]) * scales[o] * scale;
      y[yOffset + o] = bias == null ? sum : sum + bias[o];
    }
  }

  @Override
  public float round(float[] x, int offset, int n, int[] pairs) {
    float magnitude = integers.magnitude(x, offset, n);
    float factor = IntegerKernel.factor(magnitude);
    int odd = QuadPanels.quads(n);
    byte[] bytes = BYTES.get(odd * QuadPanels.QUAD);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      ((ByteVector)
              FloatVector.fromArray(FLOATS, x, offset + i)
                  .mul(factor)
                  .add(ROUNDING)
                  .sub(ROUNDING)
                  .convertShape(F2B, FEW_BYTES, 0))
          .intoArray(bytes, i);
    }
    for (; i < n; i++) {
      bytes[i] = (byte) (x[offset + i] * factor + ROUNDING - ROUNDING);
    }
    Arrays.fill(bytes, n, odd * QuadPanels.QUAD, (byte) 0);
    for (int quad = 0; quad < odd; quad += COUNT) {
      ShortVector numbers =
          ByteVector.fromArray(ALL_BYTES, bytes, quad * QuadPanels.QUAD).reinterpretAsShorts();
      numbers
          .lanewise(LSHL, Byte.SIZE)
          .lanewise(ASHR, Byte.SIZE)
          .reinterpretAsInts()
          .intoArray(pairs, quad);
      numbers.lanewise(ASHR, Byte.SIZE).reinterpretAsInts().intoArray(pairs, odd + quad);
    }
    return IntegerKernel.scale(magnitude);
  }

  @Override
  public void multiply(Outputs outputs, int[] pairs, float scale, float[] y, int yOffset) {
    QuadPanels weights = outputs.weights();
    int first = outputs.first();
    int end = outputs.end();
    int panels = Math.ceilDiv(end - first, QuadPanels.WIDTH);
    int[] sums = SUMS.get(panels * QuadPanels.WIDTH);
    sums(weights, first / QuadPanels.WIDTH, panels, pairs, sums);
    int o = first;
    for (; o <= end - COUNT; o += COUNT) {
      ((FloatVector) IntVector.fromArray(INTS, sums, o - first).convertShape(I2F, FLOATS, 0))
          .intoArray(y, yOffset + o);
    }
    for (; o < end; o++) {
      y[yOffset + o] = sums[o - first];
    }
    VectorNarrowKernel.finish(weights.scales(), scale, outputs.bias(), first, end, y, yOffset);
  }

  /** Sums of whole panels. */
  private static void sums(
      QuadPanels weights, int firstPanel, int panels, int[] pairs, int[] sums) {
    MemorySegment memory = weights.memory();
    int quads = Math.ceilDiv(weights.inputs(), QuadPanels.QUAD);
    int odd = QuadPanels.quads(weights.inputs());
    int panel = 0;
    if (PANEL_VECTORS == 4) {
      // Two streams, each of which goes on where it ended.
      int half = panels / 2;
      for (; panel < half; panel++) {
        long at = weights.at(firstPanel + panel);
        int to = panel * QuadPanels.WIDTH;
        VectorQuadTiles.eightByVector(memory, at, half, quads, pairs, odd, sums, to);
      }
      panel += half;
    }
    for (; panel < panels; panel++) {
      long at = weights.at(firstPanel + panel);
      int to = panel * QuadPanels.WIDTH;
      if (PANEL_VECTORS == 4) {
        VectorQuadTiles.four(memory, at, quads, pairs, odd, sums, to);
      } else {
        long half = at + QuadPanels.STEP_BYTES / 2;
        VectorQuadTiles.eight(memory, at, half, quads, pairs, odd, sums, to);
      }
    }
  }
}
