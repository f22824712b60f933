package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorLanes.ORDER;
import static dev.deed.tensor.vector.VectorTiles.STEP_BYTES;
import static dev.deed.tensor.vector.VectorTiles.STRIP;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles like {@link VectorTiles} of several strips at a time: for one and two rows, so
 * that there are sums enough to hide the latency of a fused multiply-add, and for four where there
 * are registers.
 */
final class VectorStripTiles {
  private VectorStripTiles() {}

  /** Needs more than 16 registers: for vectors of 512 bits, of which there are 32. */
  static void twoRowsFourStrips(
      MemorySegment w,
      long at0,
      long at1,
      long at2,
      long at3,
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
    FloatVector s0e = FloatVector.zero(FLOATS);
    FloatVector s0f = FloatVector.zero(FLOATS);
    FloatVector s0g = FloatVector.zero(FLOATS);
    FloatVector s0h = FloatVector.zero(FLOATS);
    FloatVector s1a = FloatVector.zero(FLOATS);
    FloatVector s1b = FloatVector.zero(FLOATS);
    FloatVector s1c = FloatVector.zero(FLOATS);
    FloatVector s1d = FloatVector.zero(FLOATS);
    FloatVector s1e = FloatVector.zero(FLOATS);
    FloatVector s1f = FloatVector.zero(FLOATS);
    FloatVector s1g = FloatVector.zero(FLOATS);
    FloatVector s1h = FloatVector.zero(FLOATS);
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
      value = FloatVector.broadcast(FLOATS, x[x1 + k]);
      s1a = value.fma(wa, s1a);
      s1b = value.fma(wb, s1b);
      s1c = value.fma(wc, s1c);
      s1d = value.fma(wd, s1d);
      s1e = value.fma(we, s1e);
      s1f = value.fma(wf, s1f);
      s1g = value.fma(wg, s1g);
      s1h = value.fma(wh, s1h);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + STRIP);
    s0d.intoArray(y, y0 + STRIP + VectorLanes.COUNT);
    s0e.intoArray(y, y0 + 2 * STRIP);
    s0f.intoArray(y, y0 + 2 * STRIP + VectorLanes.COUNT);
    s0g.intoArray(y, y0 + 3 * STRIP);
    s0h.intoArray(y, y0 + 3 * STRIP + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s1c.intoArray(y, y0 + yStride + STRIP);
    s1d.intoArray(y, y0 + yStride + STRIP + VectorLanes.COUNT);
    s1e.intoArray(y, y0 + yStride + 2 * STRIP);
    s1f.intoArray(y, y0 + yStride + 2 * STRIP + VectorLanes.COUNT);
    s1g.intoArray(y, y0 + yStride + 3 * STRIP);
    s1h.intoArray(y, y0 + yStride + 3 * STRIP + VectorLanes.COUNT);
  }

  /**
   * Needs more than 16 registers, and an even number of inputs: two are taken at a time, so that
   * computing where rows lie costs half. It reads a quarter fewer values for a multiply-add than
   * six rows of one strip, and keeps fewer addresses; those of six rows are at times spilled in the
   * innermost loop, to vector registers.
   */
  static void fourRowsTwoStrips(
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
      wa = FloatVector.fromMemorySegment(FLOATS, w, at0 + step + STEP_BYTES, ORDER);
      wb =
          FloatVector.fromMemorySegment(
              FLOATS, w, at0 + step + STEP_BYTES + VectorLanes.BYTES, ORDER);
      wc = FloatVector.fromMemorySegment(FLOATS, w, at1 + step + STEP_BYTES, ORDER);
      wd =
          FloatVector.fromMemorySegment(
              FLOATS, w, at1 + step + STEP_BYTES + VectorLanes.BYTES, ORDER);
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
    s0c.intoArray(y, y0 + STRIP);
    s0d.intoArray(y, y0 + STRIP + VectorLanes.COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + VectorLanes.COUNT);
    s1c.intoArray(y, y0 + yStride + STRIP);
    s1d.intoArray(y, y0 + yStride + STRIP + VectorLanes.COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + VectorLanes.COUNT);
    s2c.intoArray(y, y0 + 2 * yStride + STRIP);
    s2d.intoArray(y, y0 + 2 * yStride + STRIP + VectorLanes.COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + VectorLanes.COUNT);
    s3c.intoArray(y, y0 + 3 * yStride + STRIP);
    s3d.intoArray(y, y0 + 3 * yStride + STRIP + VectorLanes.COUNT);
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
}
