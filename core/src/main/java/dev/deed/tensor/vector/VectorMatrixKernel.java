package dev.deed.tensor.vector;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.packed.MatrixKernel;
import dev.deed.tensor.packed.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Walks the strips of a matrix packed in fp32 and gives the tiles their rows.
 *
 * <p>A core reads memory fastest in several streams: one strip after the other came at 10 GB/s
 * where four side by side came at 17. So the first row, or two where there are registers for them,
 * brings large matrices into the cache, some strips at a time, and the other rows find them there;
 * for 4 to 12 rows that took 0.7 to 0.8 of the time, with tiles of one strip. Reading ahead without
 * computing gave half of that, tiles of two strips the same for few rows, but for those both slowed
 * down matrices that are in the cache already. Tiles of four rows and two strips are streams enough
 * by themselves: with rows ahead of them, 8 rows took 1.01 to 1.05 times as long from memory and
 * 1.2 times from the cache, 128 rows 1.03 times from memory.
 */
public final class VectorMatrixKernel implements MatrixKernel {
  private static final int PANEL = Panels.WIDTH;
  private static final int STRIP = VectorTiles.STRIP;

  /** Rows of the largest tile. */
  private static final int TILE_ROWS = 6;

  /** Bytes of a matrix that does not stay in a core's own cache from one product to the next. */
  private static final long LARGE = 1 << 20;

  /**
   * Most bytes of strips that the first rows bring in at a time. Four strips of 3,072 inputs, 1.5
   * MB, do not stay in a cache of 1 MB, and still 8 rows took 0.63 of the time that they took with
   * one strip after the other (MatrixBenchmark, 60 matrices).
   */
  private static final long AHEAD = 1 << 21;

  /** Most strips side by side. */
  private static final int MOST_STREAMS = 4;

  @Override
  public void multiply(
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
    MemorySegment panels = w.memory();
    int inputs = w.inputs();
    int first = firstPanel * PANEL;
    int end = Math.min(w.outputs(), endPanel * PANEL);
    int whole = first + (end - first) / STRIP * STRIP;
    if (rows == 1) {
      oneRow(panels, inputs, first, whole, x, xOffset, y, yOffset);
    } else if (panels.byteSize() >= LARGE && !inPairs(rows, inputs)) {
      int group = group(inputs);
      for (int o = first; o < whole; o += group) {
        int stop = Math.min(whole, o + group);
        int ahead = rowsAhead(stop - o);
        if (ahead == 1) {
          oneRow(panels, inputs, o, stop, x, xOffset, y, yOffset);
        } else {
          twoRows(panels, inputs, o, stop, x, xOffset, xStride, y, yOffset, yStride);
        }
        int from = xOffset + ahead * xStride;
        int to = yOffset + ahead * yStride;
        strips(panels, inputs, o, stop, x, from, xStride, rows - ahead, y, to, yStride);
      }
    } else if (rows == 2) {
      twoRows(panels, inputs, first, whole, x, xOffset, xStride, y, yOffset, yStride);
    } else {
      strips(panels, inputs, first, whole, x, xOffset, xStride, rows, y, yOffset, yStride);
    }
    if (whole < end) {
      edge(panels, inputs, whole, end, x, xOffset, xStride, rows, y, yOffset, yStride);
    }
    if (bias != null) {
      for (int r = 0; r < rows; r++) {
        addBias(bias, first, end, y, yOffset + r * yStride);
      }
    }
  }

  private static void oneRow(
      MemorySegment w, int inputs, int first, int end, float[] x, int x0, float[] y, int y0) {
    int o = first;
    for (; o + 4 * STRIP <= end; o += 4 * STRIP) {
      long at0 = at(o, inputs);
      long at1 = at(o + STRIP, inputs);
      long at2 = at(o + 2 * STRIP, inputs);
      long at3 = at(o + 3 * STRIP, inputs);
      VectorStripTiles.oneRowFourStrips(w, at0, at1, at2, at3, inputs, x, x0, y, y0 + o);
    }
    for (; o + 2 * STRIP <= end; o += 2 * STRIP) {
      VectorStripTiles.oneRowTwoStrips(
          w, at(o, inputs), at(o + STRIP, inputs), inputs, x, x0, y, y0 + o);
    }
    if (o < end) {
      VectorTiles.oneRow(w, at(o, inputs), inputs, x, x0, y, y0 + o);
    }
  }

  private static void twoRows(
      MemorySegment w,
      int inputs,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int o = first;
    for (; VectorLanes.WIDE && o + 4 * STRIP <= end; o += 4 * STRIP) {
      long at0 = at(o, inputs);
      long at1 = at(o + STRIP, inputs);
      long at2 = at(o + 2 * STRIP, inputs);
      long at3 = at(o + 3 * STRIP, inputs);
      VectorStripTiles.twoRowsFourStrips(
          w, at0, at1, at2, at3, inputs, x, x0, xStride, y, y0 + o, yStride);
    }
    for (; o + 2 * STRIP <= end; o += 2 * STRIP) {
      long at0 = at(o, inputs);
      long at1 = at(o + STRIP, inputs);
      VectorStripTiles.twoRowsTwoStrips(w, at0, at1, inputs, x, x0, xStride, y, y0 + o, yStride);
    }
    if (o < end) {
      VectorTiles.twoRows(w, at(o, inputs), inputs, x, x0, xStride, y, y0 + o, yStride);
    }
  }

  /** How many rows bring in strips of so many outputs, with as many streams as there are strips. */
  private static int rowsAhead(int outputs) {
    return VectorLanes.WIDE || outputs <= 2 * STRIP ? 2 : 1;
  }

  /** Outputs of the strips that the first row brings in at a time. */
  private static int group(int inputs) {
    long strip = (long) inputs * STRIP * Float.BYTES;
    return STRIP * (int) Math.clamp(AHEAD / strip, 1, MOST_STREAMS);
  }

  /** Whether tiles take two strips at a time. */
  private static boolean inPairs(int rows, int inputs) {
    return VectorLanes.WIDE && rows >= 4 && inputs % 2 == 0;
  }

  private static void strips(
      MemorySegment w,
      int inputs,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    int o = first;
    if (inPairs(rows, inputs)) {
      for (; o + 2 * STRIP <= end; o += 2 * STRIP) {
        twoStrips(
            w,
            at(o, inputs),
            at(o + STRIP, inputs),
            inputs,
            x,
            x0,
            xStride,
            rows,
            y,
            y0 + o,
            yStride);
      }
    }
    for (; o < end; o += STRIP) {
      strip(w, at(o, inputs), inputs, x, x0, xStride, rows, y, y0 + o, yStride);
    }
  }

  /** Four rows or more of two strips, four at a time; the last five are rather two and three. */
  private static void twoStrips(
      MemorySegment w,
      long at0,
      long at1,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    int row = 0;
    for (int left = rows; left > 0; left = rows - row) {
      int from = x0 + row * xStride;
      int to = y0 + row * yStride;
      if (left == 3) {
        VectorTiles.threeRows(w, at0, inputs, x, from, xStride, y, to, yStride);
        VectorTiles.threeRows(w, at1, inputs, x, from, xStride, y, to + STRIP, yStride);
        row += 3;
      } else if (left >= 4 && left != 5) {
        VectorStripTiles.fourRowsTwoStrips(w, at0, at1, inputs, x, from, xStride, y, to, yStride);
        row += 4;
      } else {
        VectorStripTiles.twoRowsTwoStrips(w, at0, at1, inputs, x, from, xStride, y, to, yStride);
        row += 2;
      }
    }
  }

  /** All rows of one strip: as few tiles as possible, of sizes as equal as possible. */
  private static void strip(
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
    int row = 0;
    for (int tiles = (rows + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
      int size = (rows - row + tiles - 1) / tiles;
      int from = x0 + row * xStride;
      int to = y0 + row * yStride;
      switch (size) {
        case 6 -> VectorTiles.sixRows(w, at, inputs, x, from, xStride, y, to, yStride);
        case 5 -> VectorTiles.fiveRows(w, at, inputs, x, from, xStride, y, to, yStride);
        case 4 -> VectorTiles.fourRows(w, at, inputs, x, from, xStride, y, to, yStride);
        case 3 -> VectorTiles.threeRows(w, at, inputs, x, from, xStride, y, to, yStride);
        case 2 -> VectorTiles.twoRows(w, at, inputs, x, from, xStride, y, to, yStride);
        default -> VectorTiles.oneRow(w, at, inputs, x, from, y, to);
      }
      row += size;
    }
  }

  /** The last strip when it is partly padding: computed as a whole, and copied in part. */
  private static void edge(
      MemorySegment w,
      int inputs,
      int first,
      int end,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    float[] tile = new float[TILE_ROWS * STRIP];
    for (int row = 0; row < rows; row += TILE_ROWS) {
      int size = Math.min(TILE_ROWS, rows - row);
      strip(w, at(first, inputs), inputs, x, x0 + row * xStride, xStride, size, tile, 0, STRIP);
      for (int r = 0; r < size; r++) {
        int to = y0 + (row + r) * yStride + first;
        System.arraycopy(tile, r * STRIP, y, to, end - first);
      }
    }
  }

  private static void addBias(float[] bias, int first, int end, float[] y, int row) {
    int o = first;
    for (; o + VectorLanes.COUNT <= end; o += VectorLanes.COUNT) {
      FloatVector.fromArray(VectorLanes.FLOATS, y, row + o)
          .add(FloatVector.fromArray(VectorLanes.FLOATS, bias, o))
          .intoArray(y, row + o);
    }
    for (; o < end; o++) {
      y[row + o] += bias[o];
    }
  }

  /** Where the weights of a strip begin, in bytes. */
  private static long at(int output, int inputs) {
    long panelStart = (long) (output / PANEL) * inputs * PANEL;
    return (panelStart + output % PANEL) * Float.BYTES;
  }
}
