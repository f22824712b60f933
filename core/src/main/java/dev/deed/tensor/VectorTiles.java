package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.FLOATS;
import static dev.deed.tensor.VectorLanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the product with a packed matrix: some rows of x times some strips, a strip
 * being two vectors of neighbouring outputs. All sums of a tile stay in registers while the inputs
 * go by, so a weight is read once for all rows of the tile.
 *
 * <p>Written out, because an array of vectors would not stay in registers. The sizes give at least
 * 6 independent sums where there is work enough, which hides the latency of a fused multiply-add,
 * and at most 12, which with two weights and one input fit the 16 registers of AVX2.
 */
final class VectorTiles {
  /** Outputs of a strip. */
  static final int STRIP = 2 * VectorLanes.COUNT;

  private static final long STEP_BYTES = (long) PackedFloatMatrix.PANEL * Float.BYTES;

  private VectorTiles() {}

  static void sixRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    int x5 = x4 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s2a = FloatVector.zero(FLOATS);
    FloatVector s2b = FloatVector.zero(FLOATS);
    FloatVector s3a = FloatVector.zero(FLOATS);
    FloatVector s3b = FloatVector.zero(FLOATS);
    FloatVector s4a = FloatVector.zero(FLOATS);
    FloatVector s4b = FloatVector.zero(FLOATS);
    FloatVector s5a = FloatVector.zero(FLOATS);
    FloatVector s5b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      value = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
      value = FloatVector.broadcast(FLOATS, x[x3 + k]);
      s3a = value.fma(wa, s3a);
      s3b = value.fma(wb, s3b);
      value = FloatVector.broadcast(FLOATS, x[x4 + k]);
      s4a = value.fma(wa, s4a);
      s4b = value.fma(wb, s4b);
      value = FloatVector.broadcast(FLOATS, x[x5 + k]);
      s5a = value.fma(wa, s5a);
      s5b = value.fma(wb, s5b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + VectorLanes.COUNT);
    s4a.intoArray(y, y0 + 4 * yStride);
    s4b.intoArray(y, y0 + 4 * yStride + VectorLanes.COUNT);
    s5a.intoArray(y, y0 + 5 * yStride);
    s5b.intoArray(y, y0 + 5 * yStride + VectorLanes.COUNT);
  }

  static void fiveRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s2a = FloatVector.zero(FLOATS);
    FloatVector s2b = FloatVector.zero(FLOATS);
    FloatVector s3a = FloatVector.zero(FLOATS);
    FloatVector s3b = FloatVector.zero(FLOATS);
    FloatVector s4a = FloatVector.zero(FLOATS);
    FloatVector s4b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      value = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
      value = FloatVector.broadcast(FLOATS, x[x3 + k]);
      s3a = value.fma(wa, s3a);
      s3b = value.fma(wb, s3b);
      value = FloatVector.broadcast(FLOATS, x[x4 + k]);
      s4a = value.fma(wa, s4a);
      s4b = value.fma(wb, s4b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + VectorLanes.COUNT);
    s4a.intoArray(y, y0 + 4 * yStride);
    s4b.intoArray(y, y0 + 4 * yStride + VectorLanes.COUNT);
  }

  static void fourRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s2a = FloatVector.zero(FLOATS);
    FloatVector s2b = FloatVector.zero(FLOATS);
    FloatVector s3a = FloatVector.zero(FLOATS);
    FloatVector s3b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      value = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
      value = FloatVector.broadcast(FLOATS, x[x3 + k]);
      s3a = value.fma(wa, s3a);
      s3b = value.fma(wb, s3b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + VectorLanes.COUNT);
  }

  static void threeRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s2a = FloatVector.zero(FLOATS);
    FloatVector s2b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      value = FloatVector.broadcast(FLOATS, x[x2 + k]);
      s2a = value.fma(wa, s2a);
      s2b = value.fma(wb, s2b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
  }

  static void twoRowsTwoStrips(
      MemorySegment w,
      long at0,
      long at1,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s0c = FloatVector.zero(FLOATS);
    FloatVector s0d = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s1c = FloatVector.zero(FLOATS);
    FloatVector s1d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at0 + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at0 + step + VectorLanes.BYTES, ORDER);
      FloatVector wc = FloatVector.fromMemorySegment(FLOATS, w, at1 + step, ORDER);
      FloatVector wd =
          FloatVector.fromMemorySegment(FLOATS, w, at1 + step + VectorLanes.BYTES, ORDER);
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
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + STRIP);
    s0d.intoArray(y, y0 + STRIP + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s1c.intoArray(y, y0 + yStride + STRIP);
    s1d.intoArray(y, y0 + yStride + STRIP + VectorLanes.COUNT);
  }

  static void twoRows(
      MemorySegment w,
      long at,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = x0 + xStride;
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
  }

  static void oneRowFourStrips(
      MemorySegment w,
      long at0,
      long at1,
      long at2,
      long at3,
      int inputs,
      float[] x,
      int x0,
      float[] y,
      int y0) {
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s0c = FloatVector.zero(FLOATS);
    FloatVector s0d = FloatVector.zero(FLOATS);
    FloatVector s0e = FloatVector.zero(FLOATS);
    FloatVector s0f = FloatVector.zero(FLOATS);
    FloatVector s0g = FloatVector.zero(FLOATS);
    FloatVector s0h = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at0 + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at0 + step + VectorLanes.BYTES, ORDER);
      FloatVector wc = FloatVector.fromMemorySegment(FLOATS, w, at1 + step, ORDER);
      FloatVector wd =
          FloatVector.fromMemorySegment(FLOATS, w, at1 + step + VectorLanes.BYTES, ORDER);
      FloatVector we = FloatVector.fromMemorySegment(FLOATS, w, at2 + step, ORDER);
      FloatVector wf =
          FloatVector.fromMemorySegment(FLOATS, w, at2 + step + VectorLanes.BYTES, ORDER);
      FloatVector wg = FloatVector.fromMemorySegment(FLOATS, w, at3 + step, ORDER);
      FloatVector wh =
          FloatVector.fromMemorySegment(FLOATS, w, at3 + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      s0c = value.fma(wc, s0c);
      s0d = value.fma(wd, s0d);
      s0e = value.fma(we, s0e);
      s0f = value.fma(wf, s0f);
      s0g = value.fma(wg, s0g);
      s0h = value.fma(wh, s0h);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + STRIP);
    s0d.intoArray(y, y0 + STRIP + VectorLanes.COUNT);
    s0e.intoArray(y, y0 + 2 * STRIP);
    s0f.intoArray(y, y0 + 2 * STRIP + VectorLanes.COUNT);
    s0g.intoArray(y, y0 + 3 * STRIP);
    s0h.intoArray(y, y0 + 3 * STRIP + VectorLanes.COUNT);
  }

  static void oneRowTwoStrips(
      MemorySegment w, long at0, long at1, int inputs, float[] x, int x0, float[] y, int y0) {
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s0c = FloatVector.zero(FLOATS);
    FloatVector s0d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at0 + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at0 + step + VectorLanes.BYTES, ORDER);
      FloatVector wc = FloatVector.fromMemorySegment(FLOATS, w, at1 + step, ORDER);
      FloatVector wd =
          FloatVector.fromMemorySegment(FLOATS, w, at1 + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      s0c = value.fma(wc, s0c);
      s0d = value.fma(wd, s0d);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + STRIP);
    s0d.intoArray(y, y0 + STRIP + VectorLanes.COUNT);
  }

  static void oneRow(MemorySegment w, long at, int inputs, float[] x, int x0, float[] y, int y0) {
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa = FloatVector.fromMemorySegment(FLOATS, w, at + step, ORDER);
      FloatVector wb =
          FloatVector.fromMemorySegment(FLOATS, w, at + step + VectorLanes.BYTES, ORDER);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
  }
}
