package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.PAIR;
import static dev.deed.tensor.kernel.VectorLanes.STRIP;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.matrix.MatrixKernel;
import dev.deed.tensor.matrix.Panels;
import org.jspecify.annotations.Nullable;

/**
 * Walks the strips of a matrix packed in fp32 and gives the tiles their rows. A core reads memory
 * fastest in several streams. So the first row or two bring large matrices into the cache, some
 * strips side by side, and the other rows find them there; tiles of three to five rows and two
 * strips are streams enough by themselves. lab/results/kernels.md has the measurements.
 */
final class VectorMatrixKernel implements MatrixKernel {
  /**
   * Bytes of a matrix that does not stay in a core's own cache from one product to the next, where
   * a model's other matrices come in between.
   */
  private static final long LARGE = VectorLanes.WIDE ? 1 << 20 : 1 << 14;

  /** Most bytes of strips that the first rows bring in at a time. */
  private static final long AHEAD = 1 << 21;

  /** Inputs of two strips whose weights stay in a core's own cache while rows go by: 192 KiB. */
  private static final int LONG = 768;

  /** Rows from which on it matters whether they do. */
  private static final int MANY = 16;

  /** Most strips side by side. */
  private static final int MOST_STREAMS = 4;

  private final VectorKernels kernels = new VectorKernels();

  @Override
  public void multiply(
      Panels w, int firstPanel, int endPanel, FloatRows x, float @Nullable [] bias, FloatRows y) {
    VectorProduct p = new VectorProduct(w, x, y);
    int first = firstPanel * Panels.WIDTH;
    int end = Math.min(w.outputs(), endPanel * Panels.WIDTH);
    int whole = first + (end - first) / STRIP * STRIP;
    if (p.rows() == 1) {
      oneRow(p, first, whole);
    } else if (w.memory().byteSize() >= LARGE && !inPairs(p.rows(), p.inputs())) {
      int group = group(p.inputs());
      for (int o = first; o < whole; o += group) {
        firstAhead(p, o, Math.min(whole, o + group));
      }
    } else if (p.rows() == 2) {
      twoRows(p, first, whole);
    } else {
      strips(p, 0, first, whole);
    }
    if (whole < end) {
      edge(p, whole, end);
    }
    if (bias != null) {
      for (int r = 0; r < p.rows(); r++) {
        kernels.add(y.values(), y.at(r) + first, bias, first, end - first);
      }
    }
  }

  /** The first rows of some strips, with as many streams as there are strips, then the others. */
  private static void firstAhead(VectorProduct p, int first, int end) {
    if (VectorLanes.WIDE || end - first <= 2 * STRIP) {
      twoRows(p, first, end);
      strips(p, 2, first, end);
    } else {
      oneRow(p, first, end);
      strips(p, 1, first, end);
    }
  }

  /** Row 0. */
  private static void oneRow(VectorProduct p, int first, int end) {
    int o = first;
    for (; o + 4 * STRIP <= end; o += 4 * STRIP) {
      VectorStripTiles.oneRowFourStrips(p, 0, o);
    }
    for (; o + 2 * STRIP <= end; o += 2 * STRIP) {
      VectorStripTiles.oneRowTwoStrips(p, 0, o);
    }
    if (o < end) {
      VectorTiles.oneRow(p, 0, o);
    }
  }

  /** Rows 0 and 1. */
  private static void twoRows(VectorProduct p, int first, int end) {
    int o = first;
    for (; VectorLanes.WIDE && o + 4 * STRIP <= end; o += 4 * STRIP) {
      VectorStripTiles.twoRowsFourStrips(p, 0, o);
    }
    for (; o + 2 * STRIP <= end; o += 2 * STRIP) {
      VectorStripTiles.twoRowsTwoStrips(p, 0, o);
    }
    if (o < end) {
      VectorTiles.twoRows(p, 0, o);
    }
  }

  /** Outputs of the strips that the first rows bring in at a time. */
  private static int group(int inputs) {
    long strip = (long) inputs * STRIP * Float.BYTES;
    return STRIP * (int) Math.clamp(AHEAD / strip, 1, MOST_STREAMS);
  }

  /** Whether tiles take two strips at a time. */
  private static boolean inPairs(int rows, int inputs) {
    return VectorLanes.WIDE && (rows == 3 || rows >= 4 && inputs % 2 == 0);
  }

  /**
   * Many rows of two strips that have many inputs: some inputs at a time, so that a core's own
   * cache holds their weights while the rows go by. In between sums wait in y, which changes no
   * bits.
   */
  private static void twoLongStrips(VectorProduct p, int output) {
    int fours = p.rows() - p.rows() % 4;
    int blocks = Math.ceilDiv(p.inputs(), LONG);
    int done = 0;
    for (int block = 1; block <= blocks; block++) {
      int end = (int) ((long) p.inputs() / 2 * block / blocks * 2);
      VectorProduct part = p.inputs(done, end - done);
      for (int row = 0; row < fours; row += 4) {
        if (done == 0) {
          VectorStripTiles.fourRowsTwoStrips(part, row, output);
        } else {
          VectorStripTiles.fourRowsTwoStripsOnward(part, row, output);
        }
      }
      done = end;
    }
    switch (p.rows() - fours) {
      case 3 -> VectorStripTiles.threeRowsTwoStrips(p, fours, output);
      case 2 -> VectorStripTiles.twoRowsTwoStrips(p, fours, output);
      case 1 -> VectorStripTiles.oneRowTwoStrips(p, fours, output);
      default -> {}
    }
  }

  /** Rows from {@code firstRow} on. */
  private static void strips(VectorProduct p, int firstRow, int first, int end) {
    int tiles = inPairs(p.rows() - firstRow, p.inputs()) ? (end - first) / PAIR : 0;
    VectorProduct spread = p.rows() < MANY ? p.spread(tiles) : p;
    for (int tile = 0; tile < tiles; tile++) {
      int output = spread.output(first, tile, 2);
      if (firstRow == 0 && p.rows() >= MANY && p.inputs() > LONG) {
        twoLongStrips(spread, output);
      } else {
        twoStrips(spread, firstRow, output);
      }
    }
    for (int o = first + tiles * PAIR; o < end; o += STRIP) {
      strip(p, firstRow, o);
    }
  }

  /** Three rows or more of two strips, four at a time; the last five or three are one tile. */
  private static void twoStrips(VectorProduct p, int firstRow, int output) {
    int row = firstRow;
    for (int left = p.rows() - row; left > 0; left = p.rows() - row) {
      if (left == 3) {
        VectorStripTiles.threeRowsTwoStrips(p, row, output);
        row += 3;
      } else if (left == 5) {
        VectorStripTiles.fiveRowsTwoStrips(p, row, output);
        row += 5;
      } else if (left >= 4) {
        VectorStripTiles.fourRowsTwoStrips(p, row, output);
        row += 4;
      } else {
        VectorStripTiles.twoRowsTwoStrips(p, row, output);
        row += 2;
      }
    }
  }

  /** Rows of one strip from {@code firstRow} on. */
  private static void strip(VectorProduct p, int firstRow, int output) {
    int rows = p.rows();
    int next = firstRow;
    while (next < rows) {
      int size = RowTiles.size(rows - next, rows);
      int row = Math.min(next, rows - size);
      switch (size) {
        case 6 -> VectorTiles.sixRows(p, row, output);
        case 5 -> VectorTiles.fiveRows(p, row, output);
        case 4 -> VectorTiles.fourRows(p, row, output);
        case 3 -> VectorTiles.threeRows(p, row, output);
        case 2 -> VectorTiles.twoRows(p, row, output);
        default -> VectorTiles.oneRow(p, row, output);
      }
      next = row + size;
    }
  }

  /** The last strip when it is partly padding: computed as a whole, and copied in part. */
  private static void edge(VectorProduct p, int first, int end) {
    float[] tile = new float[RowTiles.MOST * STRIP];
    for (int row = 0; row < p.rows(); row += RowTiles.MOST) {
      int size = Math.min(RowTiles.MOST, p.rows() - row);
      strip(p.rows(row, size, new FloatRows(tile, -first, STRIP, size)), 0, first);
      for (int r = 0; r < size; r++) {
        int to = p.y().at(row + r) + first;
        System.arraycopy(tile, r * STRIP, p.y().values(), to, end - first);
      }
    }
  }
}
