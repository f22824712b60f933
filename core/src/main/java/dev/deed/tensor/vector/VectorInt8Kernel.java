package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorLanes.ORDER;
import static jdk.incubator.vector.VectorOperators.B2F;

import dev.deed.tensor.packed.Panels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weights of int8: sign-extended and converted, exactly, and multiplied by their scale at the end.
 */
public final class VectorInt8Kernel extends VectorNarrowKernel {
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(VectorLanes.COUNT * Byte.SIZE));

  /** From the weights of an output for one input to those for the next. */
  private static final long STEP_BYTES = (long) Panels.WIDTH * Byte.BYTES;

  /** From the first vector of a strip to the second. */
  private static final long HALF = (long) VectorLanes.COUNT * Byte.BYTES;

  @Override
  void oneRow(MemorySegment w, long at, int inputs, float[] x, int x0, float[] y, int y0) {
    FloatVector sa = FloatVector.zero(FLOATS);
    FloatVector sb = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      FloatVector wa =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step, ORDER).convertShape(B2F, FLOATS, 0);
      FloatVector wb =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      sa = value.fma(wa, sa);
      sb = value.fma(wb, sb);
    }
    sa.intoArray(y, y0);
    sb.intoArray(y, y0 + VectorLanes.COUNT);
  }

  @Override
  void oneRowFourStrips(
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
    FloatVector sa = FloatVector.zero(FLOATS);
    FloatVector sb = FloatVector.zero(FLOATS);
    FloatVector sc = FloatVector.zero(FLOATS);
    FloatVector sd = FloatVector.zero(FLOATS);
    FloatVector se = FloatVector.zero(FLOATS);
    FloatVector sf = FloatVector.zero(FLOATS);
    FloatVector sg = FloatVector.zero(FLOATS);
    FloatVector sh = FloatVector.zero(FLOATS);
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at0 + step, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wb =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at0 + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wc =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at1 + step, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wd =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at1 + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector we =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at2 + step, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wf =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at2 + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wg =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at3 + step, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector wh =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at3 + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      FloatVector value = FloatVector.broadcast(FLOATS, x[x0 + k]);
      sa = value.fma(wa, sa);
      sb = value.fma(wb, sb);
      sc = value.fma(wc, sc);
      sd = value.fma(wd, sd);
      se = value.fma(we, se);
      sf = value.fma(wf, sf);
      sg = value.fma(wg, sg);
      sh = value.fma(wh, sh);
    }
    sa.intoArray(y, y0);
    sb.intoArray(y, y0 + VectorLanes.COUNT);
    sc.intoArray(y, y0 + 2 * VectorLanes.COUNT);
    sd.intoArray(y, y0 + 3 * VectorLanes.COUNT);
    se.intoArray(y, y0 + 4 * VectorLanes.COUNT);
    sf.intoArray(y, y0 + 5 * VectorLanes.COUNT);
    sg.intoArray(y, y0 + 6 * VectorLanes.COUNT);
    sh.intoArray(y, y0 + 7 * VectorLanes.COUNT);
  }

  @Override
  void fourRows(
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
      int y3) {
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
      FloatVector wa =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step, ORDER).convertShape(B2F, FLOATS, 0);
      FloatVector wb =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
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
    s1a.intoArray(y, y1);
    s1b.intoArray(y, y1 + VectorLanes.COUNT);
    s2a.intoArray(y, y2);
    s2b.intoArray(y, y2 + VectorLanes.COUNT);
    s3a.intoArray(y, y3);
    s3b.intoArray(y, y3 + VectorLanes.COUNT);
  }

  @Override
  void widen(MemorySegment w, long at, int inputs, float[] target, int offset, int stride) {
    for (int k = 0; k < inputs; k++) {
      long step = k * STEP_BYTES;
      FloatVector wa =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step, ORDER).convertShape(B2F, FLOATS, 0);
      FloatVector wb =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + step + HALF, ORDER)
                  .convertShape(B2F, FLOATS, 0);
      wa.intoArray(target, offset + k * stride);
      wb.intoArray(target, offset + k * stride + VectorLanes.COUNT);
    }
  }
}
