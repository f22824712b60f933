package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles like {@link VectorTiles}, over a heap array: products of some rows of x with some
 * vectors of w. Vector j at input k is read at {@code atj + k · step}.
 */
final class VectorArrayTiles {
  private VectorArrayTiles() {}

  /** The tile for so many rows, 1…6. */
  static void tile(
      int rows,
      float[] w,
      int at0,
      int at1,
      int step,
      int inputs,
      float[] x,
      int x0,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    switch (rows) {
      case 6 -> sixRows(w, at0, at1, step, inputs, x, x0, xStride, y, y0, yStride);
      case 5 -> fiveRows(w, at0, at1, step, inputs, x, x0, xStride, y, y0, yStride);
      case 4 -> fourRows(w, at0, at1, step, inputs, x, x0, xStride, y, y0, yStride);
      case 3 -> threeRows(w, at0, at1, step, inputs, x, x0, xStride, y, y0, yStride);
      case 2 -> twoRows(w, at0, at1, step, inputs, x, x0, xStride, y, y0, yStride);
      default -> oneRow(w, at0, at1, step, inputs, x, x0, y, y0);
    }
  }

  static void sixRows(
      float[] w,
      int at0,
      int at1,
      int step,
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
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
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
      float[] w,
      int at0,
      int at1,
      int step,
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
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
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
      float[] w,
      int at0,
      int at1,
      int step,
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
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
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
      float[] w,
      int at0,
      int at1,
      int step,
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
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
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
      float[] w,
      int at0,
      int at1,
      int step,
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
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
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

  static void oneRowFourVectors(
      float[] w,
      int at0,
      int at1,
      int at2,
      int at3,
      int step,
      int inputs,
      float[] x,
      int x0,
      float[] y,
      int y0) {
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    FloatVector s0c = FloatVector.zero(FLOATS);
    FloatVector s0d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
      FloatVector wc = FloatVector.fromArray(FLOATS, w, at2 + at);
      FloatVector wd = FloatVector.fromArray(FLOATS, w, at3 + at);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
      s0c = value.fma(wc, s0c);
      s0d = value.fma(wd, s0d);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
    s0c.intoArray(y, y0 + 2 * VectorLanes.COUNT);
    s0d.intoArray(y, y0 + 3 * VectorLanes.COUNT);
  }

  static void oneRow(
      float[] w, int at0, int at1, int step, int inputs, float[] x, int x0, float[] y, int y0) {
    FloatVector s0a = FloatVector.zero(FLOATS);
    FloatVector s0b = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      int at = k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      s0a = value.fma(wa, s0a);
      s0b = value.fma(wb, s0b);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + VectorLanes.COUNT);
  }
}
