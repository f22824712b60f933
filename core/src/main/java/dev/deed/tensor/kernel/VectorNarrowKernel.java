package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static dev.deed.tensor.kernel.VectorLanes.PAIR;
import static dev.deed.tensor.kernel.VectorLanes.STRIP;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.ThreadBuffer;
import dev.deed.tensor.matrix.MatrixKernel;
import dev.deed.tensor.matrix.Panels;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The product with weights that are narrower than fp32. One row reads them from memory, four strips
 * at a time, and widens them on the way, since memory is what it waits for; a few rows do so four
 * at a time. Many rows first widen two strips into an array that stays in the cache, or one:
 * widening costs about as much as a fused multiply-add.
 */
abstract sealed class VectorNarrowKernel implements MatrixKernel
    permits VectorBf16Kernel, VectorInt8Kernel {
  /** Up to so many rows widening a strip for each tile takes less time than doing it beforehand. */
  private static final int FEW_ROWS = 24;

  /** Strips that were widened by the thread that multiplies. */
  private static final ThreadBuffer<float[]> BUFFER = ThreadBuffer.ofFloats();

  /** One row times the strip that begins with an output. */
  abstract void oneRow(VectorProduct p, int row, int output);

  abstract void oneRowFourStrips(VectorProduct p, int row, int output);

  abstract void twoRowsTwoStrips(VectorProduct p, int row, int output);

  abstract void threeRowsTwoStrips(VectorProduct p, int row, int output);

  abstract void fourRowsTwoStrips(VectorProduct p, int row, int output);

  /** Four rows times one strip. Behind the last row that one is taken, and written, again. */
  abstract void fourRows(VectorProduct p, int row, int output);

  /** Widens a strip; its weights for an input go to {@code offset} + input · {@code stride}. */
  abstract void widen(VectorProduct p, int output, float[] target, int offset, int stride);

  @Override
  public final void multiply(
      Panels w, int firstPanel, int endPanel, FloatRows x, float @Nullable [] bias, FloatRows y) {
    int first = firstPanel * Panels.WIDTH;
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    sums(new VectorProduct(w, x, y), first, end);
    for (int r = 0; r < x.count(); r++) {
      finish(w.scales(), 1, bias, first, end, y.values(), y.at(r));
    }
  }

  /** The sums of outputs {@code first..end-1}, neither scaled nor with a bias. */
  final void sums(VectorProduct p, int first, int end) {
    int whole = first + (end - first) / STRIP * STRIP;
    if (p.rows() == 1) {
      oneRowOfStrips(p, first, whole);
    } else {
      severalRows(p, first, whole);
    }
    if (whole < end) {
      edge(p, whole, end);
    }
  }

  /** One row of whole strips. */
  void oneRowOfStrips(VectorProduct product, int first, int end) {
    int tiles = (end - first) / (4 * STRIP);
    VectorProduct p = product.spread(tiles);
    for (int tile = 0; tile < tiles; tile++) {
      oneRowFourStrips(p, 0, p.output(first, tile, 4));
    }
    for (int o = first + tiles * 4 * STRIP; o < end; o += STRIP) {
      oneRow(p, 0, o);
    }
  }

  private void severalRows(VectorProduct p, int first, int end) {
    if (p.rows() <= FEW_ROWS) {
      fewRows(p, first, end);
      return;
    }
    float[] buffer = BUFFER.get(Math.multiplyExact(p.inputs(), PAIR));
    int stride = VectorLanes.WIDE && p.inputs() % 2 == 0 ? PAIR : STRIP;
    VectorArrayProduct widened = new VectorArrayProduct(buffer, stride, p.x(), p.y());
    int o = first;
    for (; stride == PAIR && o + PAIR <= end; o += PAIR) {
      widen(p, o, buffer, 0, PAIR);
      widen(p, o + STRIP, buffer, STRIP, PAIR);
      pair(widened, p.inputs(), o);
    }
    for (; o < end; o += STRIP) {
      widen(p, o, buffer, 0, stride);
      strip(widened, p.inputs(), o);
    }
  }

  /** Widens for each tile. With 16 registers two strips at a time have room for two rows. */
  private void fewRows(VectorProduct product, int first, int end) {
    int tiles = VectorLanes.WIDE || product.rows() == 2 ? (end - first) / PAIR : 0;
    VectorProduct p = product.spread(tiles);
    for (int tile = 0; tile < tiles; tile++) {
      twoStrips(p, p.output(first, tile, 2));
    }
    for (int o = first + tiles * PAIR; o < end; o += STRIP) {
      for (int row = 0; row < p.rows(); row += 4) {
        fourRows(p, row, o);
      }
    }
  }

  /** Two rows or more of two strips, four at a time; the last five are rather two and three. */
  private void twoStrips(VectorProduct p, int output) {
    int row = 0;
    for (int left = p.rows(); left > 0; left = p.rows() - row) {
      if (left == 3) {
        threeRowsTwoStrips(p, row, output);
        row += 3;
      } else if (left >= 4 && left != 5) {
        fourRowsTwoStrips(p, row, output);
        row += 4;
      } else {
        twoRowsTwoStrips(p, row, output);
        row += 2;
      }
    }
  }

  /** Two strips: tiles of four rows, and what is left, at most three or five, strip by strip. */
  private static void pair(VectorArrayProduct p, int inputs, int output) {
    int rows = p.x().count();
    int row = 0;
    for (; row + 4 <= rows && row + 5 != rows; row += 4) {
      VectorWideTiles.fourRows(p, inputs, p.x().at(row), p.y().at(row) + output);
    }
    if (row < rows) {
      int from = p.x().at(row);
      int to = p.y().at(row) + output;
      for (int at = 0; at < PAIR; at += STRIP) {
        VectorArrayTiles.tile(rows - row, p, inputs, at, from, to + at);
      }
    }
  }

  /** All rows of one strip. */
  private static void strip(VectorArrayProduct p, int inputs, int output) {
    int rows = p.x().count();
    int next = 0;
    while (next < rows) {
      int size = RowTiles.size(rows - next, rows);
      int row = Math.min(next, rows - size);
      VectorArrayTiles.tile(size, p, inputs, 0, p.x().at(row), p.y().at(row) + output);
      next = row + size;
    }
  }

  /** The last strip when it is partly padding: computed as a whole, and copied in part. */
  private void edge(VectorProduct p, int first, int end) {
    int rows = p.rows();
    float[] out = new float[rows * STRIP];
    VectorProduct whole = p.rows(0, rows, new FloatRows(out, -first, STRIP, rows));
    if (rows == 1) {
      oneRow(whole, 0, first);
    } else {
      severalRows(whole, first, first + STRIP);
    }
    for (int r = 0; r < rows; r++) {
      System.arraycopy(out, r * STRIP, p.y().values(), p.y().at(r) + first, end - first);
    }
  }

  /**
   * Makes outputs {@code first…end−1} of a row of their sums.
   *
   * @param scales of the outputs; null for none
   * @param factor of the row, where outputs have scales
   */
  static void finish(
      float @Nullable [] scales,
      float factor,
      float @Nullable [] bias,
      int first,
      int end,
      float[] y,
      int row) {
    int o = first;
    for (; o + COUNT <= end; o += COUNT) {
      FloatVector sum = FloatVector.fromArray(FLOATS, y, row + o);
      if (scales != null) {
        sum = sum.mul(FloatVector.fromArray(FLOATS, scales, o)).mul(factor);
      }
      if (bias != null) {
        sum = sum.add(FloatVector.fromArray(FLOATS, bias, o));
      }
      sum.intoArray(y, row + o);
    }
    for (; o < end; o++) {
      float sum = scales == null ? y[row + o] : y[row + o] * scales[o] * factor;
      y[row + o] = bias == null ? sum : sum + bias[o];
    }
  }
}
