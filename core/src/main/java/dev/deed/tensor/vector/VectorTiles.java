package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorLanes.ORDER;

import dev.deed.tensor.packed.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the product with a packed matrix: some rows of x times one strip, a strip being
 * two vectors of neighbouring outputs. All sums of a tile stay in registers while the inputs go by,
 * so a weight is read once for all rows of the tile.
 *
 * <p>Written out, because an array of vectors would not stay in registers. At most 12 sums, which
 * with two weights and one input fit the 16 registers of AVX2; fewer than 6 do not hide the latency
 * of a fused multiply-add, so one and two rows are rather taken through {@link VectorStripTiles}.
 * Where there are 32 registers so are four rows and more.
 *
 * <p>Tried and no faster, where there are 32 registers (Zen 4): tiles of twelve rows, and inputs
 * cut into blocks so that the weights of a tile stay in the first-level cache.
 *
 * <p>{@link VectorArrayTiles} repeats these loops over heap arrays: one method that has seen native
 * and heap segments was measured at 1.4 (six rows) to 2.4 (one row) times the time of its own kind.
 */
final class VectorTiles {
  /** Outputs of a strip. */
  static final int STRIP = 2 * VectorLanes.COUNT;

  /** From the weights of an output for one input to those for the next. */
  static final long STEP_BYTES = (long) Panels.WIDTH * Float.BYTES;

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
