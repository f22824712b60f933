package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.COUNT;
import static dev.deed.tensor.vector.VectorLanes.FLOATS;

import dev.deed.tensor.KeyValueCache;
import jdk.incubator.vector.FloatVector;

/**
 * The register tiles of attention for six query rows and four vectors of 512 bits, of which there
 * have to be 32 registers. With four vectors in place of the two of {@link VectorArrayTiles}, a
 * query or weight is read half as often. In a loop of their own, 576 positions of width 64, scores
 * went from 106 to 121 GFLOP/s and sums from 114 to 156. Two inputs at a time gave 106 for scores,
 * one 137 for sums. Four rows and two inputs gave 126 and 121: a little more for scores, but the
 * rows of a tile have both.
 */
final class VectorHeadTiles {
  private VectorHeadTiles() {}

  /**
   * Products of queries with four blocks of keys, of {@value KeyValueCache#BLOCK} positions each.
   *
   * @param at0 where the first block begins
   */
  static void scores(
      float[] w,
      int at0,
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
    int at1 = at0 + inputs * COUNT;
    int at2 = at1 + inputs * COUNT;
    int at3 = at2 + inputs * COUNT;
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
    FloatVector s4a = FloatVector.zero(FLOATS);
    FloatVector s4b = FloatVector.zero(FLOATS);
    FloatVector s4c = FloatVector.zero(FLOATS);
    FloatVector s4d = FloatVector.zero(FLOATS);
    FloatVector s5a = FloatVector.zero(FLOATS);
    FloatVector s5b = FloatVector.zero(FLOATS);
    FloatVector s5c = FloatVector.zero(FLOATS);
    FloatVector s5d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      int at = k * COUNT;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at0 + at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at1 + at);
      FloatVector wc = FloatVector.fromArray(FLOATS, w, at2 + at);
      FloatVector wd = FloatVector.fromArray(FLOATS, w, at3 + at);
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
      value = FloatVector.broadcast(FLOATS, x[x4 + k]);
      s4a = value.fma(wa, s4a);
      s4b = value.fma(wb, s4b);
      s4c = value.fma(wc, s4c);
      s4d = value.fma(wd, s4d);
      value = FloatVector.broadcast(FLOATS, x[x5 + k]);
      s5a = value.fma(wa, s5a);
      s5b = value.fma(wb, s5b);
      s5c = value.fma(wc, s5c);
      s5d = value.fma(wd, s5d);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + COUNT);
    s0c.intoArray(y, y0 + 2 * COUNT);
    s0d.intoArray(y, y0 + 3 * COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + COUNT);
    s1c.intoArray(y, y0 + yStride + 2 * COUNT);
    s1d.intoArray(y, y0 + yStride + 3 * COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + COUNT);
    s2c.intoArray(y, y0 + 2 * yStride + 2 * COUNT);
    s2d.intoArray(y, y0 + 2 * yStride + 3 * COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + COUNT);
    s3c.intoArray(y, y0 + 3 * yStride + 2 * COUNT);
    s3d.intoArray(y, y0 + 3 * yStride + 3 * COUNT);
    s4a.intoArray(y, y0 + 4 * yStride);
    s4b.intoArray(y, y0 + 4 * yStride + COUNT);
    s4c.intoArray(y, y0 + 4 * yStride + 2 * COUNT);
    s4d.intoArray(y, y0 + 4 * yStride + 3 * COUNT);
    s5a.intoArray(y, y0 + 5 * yStride);
    s5b.intoArray(y, y0 + 5 * yStride + COUNT);
    s5c.intoArray(y, y0 + 5 * yStride + 2 * COUNT);
    s5d.intoArray(y, y0 + 5 * yStride + 3 * COUNT);
  }

  /**
   * Sums of values, each times its weight: four vectors of the head's width.
   *
   * @param inputs positions, an even number
   * @param x weights, those of the first row from 0 on
   * @param step from a position's values to the next one's
   */
  static void sums(
      float[] w,
      int at0,
      int step,
      int inputs,
      float[] x,
      int xStride,
      float[] y,
      int y0,
      int yStride) {
    int x1 = xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    int x5 = x4 + xStride;
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
    FloatVector s4a = FloatVector.zero(FLOATS);
    FloatVector s4b = FloatVector.zero(FLOATS);
    FloatVector s4c = FloatVector.zero(FLOATS);
    FloatVector s4d = FloatVector.zero(FLOATS);
    FloatVector s5a = FloatVector.zero(FLOATS);
    FloatVector s5b = FloatVector.zero(FLOATS);
    FloatVector s5c = FloatVector.zero(FLOATS);
    FloatVector s5d = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k += 2) {
      int at = at0 + k * step;
      FloatVector wa = FloatVector.fromArray(FLOATS, w, at);
      FloatVector wb = FloatVector.fromArray(FLOATS, w, at + COUNT);
      FloatVector wc = FloatVector.fromArray(FLOATS, w, at + 2 * COUNT);
      FloatVector wd = FloatVector.fromArray(FLOATS, w, at + 3 * COUNT);
      FloatVector value = FloatVector.broadcast(FLOATS, x[k]);
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
      value = FloatVector.broadcast(FLOATS, x[x4 + k]);
      s4a = value.fma(wa, s4a);
      s4b = value.fma(wb, s4b);
      s4c = value.fma(wc, s4c);
      s4d = value.fma(wd, s4d);
      value = FloatVector.broadcast(FLOATS, x[x5 + k]);
      s5a = value.fma(wa, s5a);
      s5b = value.fma(wb, s5b);
      s5c = value.fma(wc, s5c);
      s5d = value.fma(wd, s5d);
      wa = FloatVector.fromArray(FLOATS, w, at + step);
      wb = FloatVector.fromArray(FLOATS, w, at + step + COUNT);
      wc = FloatVector.fromArray(FLOATS, w, at + step + 2 * COUNT);
      wd = FloatVector.fromArray(FLOATS, w, at + step + 3 * COUNT);
      value = FloatVector.broadcast(FLOATS, x[k + 1]);
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
      value = FloatVector.broadcast(FLOATS, x[x4 + k + 1]);
      s4a = value.fma(wa, s4a);
      s4b = value.fma(wb, s4b);
      s4c = value.fma(wc, s4c);
      s4d = value.fma(wd, s4d);
      value = FloatVector.broadcast(FLOATS, x[x5 + k + 1]);
      s5a = value.fma(wa, s5a);
      s5b = value.fma(wb, s5b);
      s5c = value.fma(wc, s5c);
      s5d = value.fma(wd, s5d);
    }
    s0a.intoArray(y, y0);
    s0b.intoArray(y, y0 + COUNT);
    s0c.intoArray(y, y0 + 2 * COUNT);
    s0d.intoArray(y, y0 + 3 * COUNT);
    s1a.intoArray(y, y0 + yStride);
    s1b.intoArray(y, y0 + yStride + COUNT);
    s1c.intoArray(y, y0 + yStride + 2 * COUNT);
    s1d.intoArray(y, y0 + yStride + 3 * COUNT);
    s2a.intoArray(y, y0 + 2 * yStride);
    s2b.intoArray(y, y0 + 2 * yStride + COUNT);
    s2c.intoArray(y, y0 + 2 * yStride + 2 * COUNT);
    s2d.intoArray(y, y0 + 2 * yStride + 3 * COUNT);
    s3a.intoArray(y, y0 + 3 * yStride);
    s3b.intoArray(y, y0 + 3 * yStride + COUNT);
    s3c.intoArray(y, y0 + 3 * yStride + 2 * COUNT);
    s3d.intoArray(y, y0 + 3 * yStride + 3 * COUNT);
    s4a.intoArray(y, y0 + 4 * yStride);
    s4b.intoArray(y, y0 + 4 * yStride + COUNT);
    s4c.intoArray(y, y0 + 4 * yStride + 2 * COUNT);
    s4d.intoArray(y, y0 + 4 * yStride + 3 * COUNT);
    s5a.intoArray(y, y0 + 5 * yStride);
    s5b.intoArray(y, y0 + 5 * yStride + COUNT);
    s5c.intoArray(y, y0 + 5 * yStride + 2 * COUNT);
    s5d.intoArray(y, y0 + 5 * yStride + 3 * COUNT);
  }
}
