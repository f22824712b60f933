package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.memory.ThreadBuffer;
import dev.deed.tensor.packed.MatrixKernel;
import dev.deed.tensor.packed.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The product with weights that are narrower than fp32. One row reads them from memory, four strips
 * at a time, and widens them on the way, since memory is what it waits for. A few rows do so four
 * at a time. Many rows first widen two strips into an array that stays in the cache, and take the
 * tiles of {@link VectorPairTiles}, or one and those of {@link VectorArrayTiles}: widening costs
 * about as much as a fused multiply-add.
 *
 * <p>The loops stand in both kinds, written out, because a vector that a method hands over may be
 * boxed (ten times slower).
 */
abstract sealed class VectorNarrowKernel implements MatrixKernel
    permits VectorBf16Kernel, VectorInt8Kernel {
  static final int STRIP = VectorTiles.STRIP;

  /** Rows of the largest tile. */
  private static final int TILE_ROWS = 6;

  /** Up to so many rows widening a strip for each tile takes less time than doing it beforehand. */
  private static final int FEW_ROWS = 24;

  /** Strips that were widened by the thread that multiplies. */
  private static final ThreadBuffer BUFFER = new ThreadBuffer();

  /** One row times one strip whose weights begin at byte {@code at}. */
  abstract void oneRow(MemorySegment w, long at, int inputs, float[] x, int x0, float[] y, int y0);

  /** One row times four strips; their outputs follow each other. */
  abstract void oneRowFourStrips(
      MemorySegment w,
      long at0,
      long at1,
      long at2,
      long at3,
      int inputs,
      float[] x,
      int x0,
      float[] y,
      int y0);

  /**
   * Four rows times one strip. Fewer rows are repeated: the same is then computed and written
   * again.
   */
  abstract void fourRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3);

  /** Widens a strip; its weights for an input go to {@code offset} + input · {@code stride}. */
  abstract void widen(MemorySegment w, long at, int inputs, float[] target, int offset, int stride);

  @Override
  public final void multiply(
      Panels w,
      int firstPanel,
      int endPanel,
      FloatRows in,
      float @Nullable [] bias,
      FloatRows out) {
    float[] x = in.values();
    int xOffset = in.offset();
    int xStride = in.stride();
    int rows = in.count();
    float[] y = out.values();
    int yOffset = out.offset();
    int yStride = out.stride();
    int first = firstPanel * Panels.WIDTH;
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    sums(w, new Range(0, w.inputs()), first, end, x, xOffset, xStride, rows, y, yOffset, yStride);
    for (int r = 0; r < rows; r++) {
      finish(w.scales(), bias, first, end, y, yOffset + r * yStride);
    }
  }

  /**
   * Inputs whose products are added.
   *
   * @param from the first, counted from 0
   * @param inputs their number
   */
  record Range(int from, int inputs) {
    /** Where the weights of an output for these inputs begin, in bytes. */
    private long at(Panels w, int output) {
      return (w.index(output) + (long) from * Panels.WIDTH) * w.precision().bytes();
    }
  }

  /**
   * The sums of outputs {@code first..end-1}, neither scaled nor with a bias.
   *
   * @param x0 where the first row's inputs of the range begin
   * @param y0 where the sum of output 0 of the first row would go
   */
  final void sums(
      Panels w,
      Range range,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    int whole = first + (end - first) / STRIP * STRIP;
    if (rows == 1) {
      oneRow(w, range, first, whole, x, x0, y, y0);
    } else {
      severalRows(w, range, first, whole, x, x0, xStride, rows, y, y0 + first, yStride);
    }
    if (whole < end) {
      edge(w, range, whole, end, x, x0, xStride, rows, y, y0, yStride);
    }
  }

  private void oneRow(
      Panels w, Range range, int first, int end, float[] x, int x0, float[] y, int y0) {
    MemorySegment memory = w.memory();
    int inputs = range.inputs;
    int o = first;
    for (; o + 4 * STRIP <= end; o += 4 * STRIP) {
      long at0 = range.at(w, o);
      long at1 = range.at(w, o + STRIP);
      long at2 = range.at(w, o + 2 * STRIP);
      long at3 = range.at(w, o + 3 * STRIP);
      oneRowFourStrips(memory, at0, at1, at2, at3, inputs, x, x0, y, y0 + o);
    }
    for (; o < end; o += STRIP) {
      oneRow(memory, range.at(w, o), inputs, x, x0, y, y0 + o);
    }
  }

  /**
   * @param y0 where the output {@code first} of the first row goes
   */
  private void severalRows(
      Panels w,
      Range range,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    if (rows <= FEW_ROWS) {
      for (int o = first; o < end; o += STRIP) {
        fewRows(
            w.memory(),
            range.at(w, o),
            range.inputs,
            x,
            x0,
            xStride,
            rows,
            y,
            y0 + o - first,
            yStride);
      }
      return;
    }
    int width = VectorPairTiles.WIDTH;
    float[] buffer = BUFFER.get(Math.multiplyExact(range.inputs, width));
    int o = first;
    if (VectorLanes.WIDE && range.inputs % 2 == 0) {
      for (; o + width <= end; o += width) {
        widen(w.memory(), range.at(w, o), range.inputs, buffer, 0, width);
        widen(w.memory(), range.at(w, o + STRIP), range.inputs, buffer, STRIP, width);
        VectorPairTiles.rows(
            buffer, range.inputs, x, x0, xStride, rows, y, y0 + o - first, yStride);
      }
    }
    for (; o < end; o += STRIP) {
      widen(w.memory(), range.at(w, o), range.inputs, buffer, 0, STRIP);
      tiles(buffer, range.inputs, x, x0, xStride, rows, y, y0 + o - first, yStride);
    }
  }

  private void fewRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    for (int row = 0; row < rows; row += 4) {
      int second = Math.min(row + 1, rows - 1);
      int third = Math.min(row + 2, rows - 1);
      int fourth = Math.min(row + 3, rows - 1);
      fourRows(
          w,
          at,
          inputs,
          x,
          x0 + row * xStride,
          x0 + second * xStride,
          x0 + third * xStride,
          x0 + fourth * xStride,
          y,
          y0 + row * yStride,
          y0 + second * yStride,
          y0 + third * yStride,
          y0 + fourth * yStride);
    }
  }

  /** All rows of one strip: as few tiles as possible, of sizes as equal as possible. */
  private static void tiles(
      float[] strip,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    int row = 0;
    for (int tiles = (rows + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
      int size = (rows - row + tiles - 1) / tiles;
      int from = x0 + row * xStride;
      int to = y0 + row * yStride;
      VectorArrayTiles.tile(
          size, strip, 0, VectorLanes.COUNT, STRIP, inputs, x, from, xStride, y, to, yStride);
      row += size;
    }
  }

  /** The last strip when it is partly padding: computed as a whole, and copied in part. */
  private void edge(
      Panels w,
      Range range,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    float[] out = new float[rows * STRIP];
    if (rows == 1) {
      oneRow(w.memory(), range.at(w, first), range.inputs, x, x0, out, 0);
    } else {
      severalRows(w, range, first, first + STRIP, x, x0, xStride, rows, out, 0, STRIP);
    }
    for (int r = 0; r < rows; r++) {
      System.arraycopy(out, r * STRIP, y, y0 + r * yStride + first, end - first);
    }
  }

  /** Scales and biases of one row. */
  private static void finish(
      float @Nullable [] scales, float @Nullable [] bias, int first, int end, float[] y, int row) {
    int o = first;
    for (; o + VectorLanes.COUNT <= end; o += VectorLanes.COUNT) {
      FloatVector sum = FloatVector.fromArray(FLOATS, y, row + o);
      if (scales != null) {
        sum = sum.mul(FloatVector.fromArray(FLOATS, scales, o));
      }
      if (bias != null) {
        sum = sum.add(FloatVector.fromArray(FLOATS, bias, o));
      }
      sum.intoArray(y, row + o);
    }
    for (; o < end; o++) {
      float sum = scales == null ? y[row + o] : y[row + o] * scales[o];
      y[row + o] = bias == null ? sum : sum + bias[o];
    }
  }
}
