package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/**
 * {@link ScalarFunctions#expNonPositive} of whole vectors, lane by lane, from array to array.
 *
 * <p>From array to array because C2 does not promise to inline a method of ours: once a compilation
 * has grown to a certain size, or where a call was rare so far, it calls, and a vector that goes
 * into or comes out of that call is boxed for good. Only the Vector API's own methods are always
 * inlined. So in this package no method takes or returns a vector.
 */
final class VectorExponentials {
  /** Values that a caller takes through its scratch array at a time; whole turns of sums. */
  static final int RUN = 512;

  private static final ThreadLocal<float[]> SCRATCH = ThreadLocal.withInitial(() -> new float[RUN]);

  private VectorExponentials() {}

  /** {@value #RUN} values for what lies between the loops of one kernel, of the calling thread. */
  static float[] scratch() {
    return SCRATCH.get();
  }

  /**
   * {@code target[to + i] = exp(x[from + i] · factor − origin)}; both may be the same place.
   *
   * @param n whole vectors
   * @param origin not below any of the values
   */
  static void apply(
      float[] x, int from, int n, float factor, float origin, float[] target, int to) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i).mul(factor).sub(origin);
      FloatVector shifted =
          v.fma(
              broadcast(FLOATS, ScalarFunctions.LOG2_E),
              broadcast(FLOATS, ScalarFunctions.ROUNDER));
      FloatVector exponent = shifted.sub(ScalarFunctions.ROUNDER);
      FloatVector r = exponent.fma(broadcast(FLOATS, ScalarFunctions.MINUS_LN2_HIGH), v);
      r = exponent.fma(broadcast(FLOATS, ScalarFunctions.MINUS_LN2_LOW), r);
      FloatVector p =
          broadcast(FLOATS, ScalarFunctions.EXP_4).fma(r, broadcast(FLOATS, ScalarFunctions.EXP_3));
      p = p.fma(r, broadcast(FLOATS, ScalarFunctions.EXP_2));
      p = p.fma(r, broadcast(FLOATS, ScalarFunctions.EXP_1));
      p = p.fma(r, broadcast(FLOATS, ScalarFunctions.EXP_0));
      p = p.fma(r.mul(r), r).add(1f);
      FloatVector power =
          shifted
              .reinterpretAsInts()
              .sub(ScalarFunctions.ROUNDER_BITS - ScalarFunctions.EXPONENT_BIAS)
              .lanewise(LSHL, ScalarFunctions.MANTISSA_BITS)
              .reinterpretAsFloats();
      p.mul(power).blend(0f, v.compare(LT, ScalarFunctions.EXP_ZERO)).intoArray(target, to + i);
    }
  }
}
