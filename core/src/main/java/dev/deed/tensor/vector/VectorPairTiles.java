package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Products of many rows with weights that were widened into an array, two strips side by side:
 * {@code [inputs, WIDTH]}. Like {@link VectorStripTiles#fourRowsTwoStrips} four rows at a time, for
 * an even number of inputs and where there are more than 16 registers.
 */
final class VectorPairTiles {
  /** Outputs of two strips. */
  static final int WIDTH = 2 * VectorTiles.STRIP;

  private VectorPairTiles() {}

  /** All rows: tiles of four, and what is left, at most three or five, strip by strip. */
  static void rows(
      float[] w,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      int rows,
      float[] y,
      int y0,
      int yStride) {
    int row = 0;
    for (; row + 4 <= rows && row + 5 != rows; row += 4) {
      fourRows(w, inputs, x, x0 + row * xStride, xStride, y, y0 + row * yStride, yStride);
    }
    if (row < rows) {
      int from = x0 + row * xStride;
      for (int strip = 0; strip < WIDTH; strip += VectorTiles.STRIP) {
        VectorArrayTiles.tile(
            rows - row,
            w,
            strip,
            strip + VectorLanes.COUNT,
            WIDTH,
            inputs,
            x,
            from,
            xStride,
            y,
            y0 + row * yStride + strip,
            yStride);
      }
    }
  }

  private static void fourRows(
      float[] w, int inputs, float[] x, int x0, int xStride, float[] y, int y0, int yStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s0c = FloatVector.zero(FLOATS);
    FloatVector s0d = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s1c = FloatVector.zero(FLOATS);
    FloatVector s1d = FloatVector.zero(FLOATS);
    FloatVector s2a = FloatVector.zero(FLOATS);
    FloatVector s2b = FloatVector.zero(FLOATS);
    FloatVector s2c = FloatVector.zero(FLOATS);
    FloatVector s2d = FloatVector.zero(FLOATS);
    FloatVector s3a = FloatVector.zero(FLOATS);
    FloatVector s3b = FloatVector.zero(FLOATS);
    FloatVector s3c = FloatVector.zero(FLOATS);
    FloatVector s3d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k += 2) {
      int at = k * WIDTH;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at + VectorLanes.COUNT);
      FloatVector wc = FloatVector.fromArray(FLOATS, w, at + 2 * VectorLanes.COUNT);
      FloatVector wd = FloatVector.fromArray(FLOATS, w, at + 3 * VectorLanes.COUNT);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      s0c = value.fma(wc, s0c);
      s0d = value.fma(wd, s0d);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      s1c = value.fma(wc, s1c);
      s1d = value.fma(wd, s1d);
      value = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
      s2c = value.fma(wc, s2c);
      s2d = value.fma(wd, s2d);
      value = FloatVector.broadcast(FLOATS, x[x3 + k]);
      s3a = value.fma(wa, s3a);
      s3b = value.fma(wb, s3b);
      s3c = value.fma(wc, s3c);
      s3d = value.fma(wd, s3d);
      wa = FloatVector.fromArray(FLOATS, w, at + WIDTH);
      wb = FloatVector.fromArray(FLOATS, w, at + WIDTH + VectorLanes.COUNT);
      wc = FloatVector.fromArray(FLOATS, w, at + WIDTH + 2 * VectorLanes.COUNT);
      wd = FloatVector.fromArray(FLOATS, w, at + WIDTH + 3 * VectorLanes.COUNT);
      value = FloatVector.broadcast(FLOATS, x[x0 + k + 1]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      s0c = value.fma(wc, s0c);
      s0d = value.fma(wd, s0d);
      value = FloatVector.broadcast(FLOATS, x[x1 + k + 1]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      s1c = value.fma(wc, s1c);
      s1d = value.fma(wd, s1d);
      value = FloatVector.broadcast(FLOATS, x[x2 + k + 1]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
      s2c = value.fma(wc, s2c);
      s2d = value.fma(wd, s2d);
      value = FloatVector.broadcast(FLOATS, x[x3 + k + 1]);
      s3a = value.fma(wa, s3a);
      s3b = value.fma(wb, s3b);
      s3c = value.fma(wc, s3c);
      s3d = value.fma(wd, s3d);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + 2 * VectorLanes.COUNT);
    s0d.intoArray(y, y0 + 3 * VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s1c.intoArray(y, y0 + yStride + 2 * VectorLanes.COUNT);
    s1d.intoArray(y, y0 + yStride + 3 * VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
    s2c.intoArray(y, y0 + 2 * yStride + 2 * VectorLanes.COUNT);
    s2d.intoArray(y, y0 + 2 * yStride + 3 * VectorLanes.COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + VectorLanes.COUNT);
    s3c.intoArray(y, y0 + 3 * yStride + 2 * VectorLanes.COUNT);
    s3d.intoArray(y, y0 + 3 * yStride + 3 * VectorLanes.COUNT);
  }
}
