package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.FLOATS;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link ScalarFunctions} for a vector: the same operations in the same order, lane by lane. */
final class VectorFunctions {
  private VectorFunctions() {}

  static FloatVector relu(FloatVector x) {
    return x.max(0f);
  }

  static FloatVector geluTanh(FloatVector x) {
    FloatVector slope =
        x.mul(x).fma(all(ScalarFunctions.GELU_TANH_CUBIC), all(ScalarFunctions.GELU_TANH_LINEAR));
    return x.mul(sigmoid(x.mul(slope)));
  }

  static FloatVector silu(FloatVector x) {
    return x.mul(sigmoid(x));
  }

  static FloatVector expNonPositive(FloatVector x) {
    FloatVector shifted = x.fma(all(ScalarFunctions.LOG2_E), all(ScalarFunctions.ROUNDER));
    FloatVector n = shifted.sub(ScalarFunctions.ROUNDER);
    FloatVector r = n.fma(all(ScalarFunctions.MINUS_LN2_HIGH), x);
    r = n.fma(all(ScalarFunctions.MINUS_LN2_LOW), r);
    FloatVector p = all(ScalarFunctions.EXP_4).fma(r, all(ScalarFunctions.EXP_3));
    p = p.fma(r, all(ScalarFunctions.EXP_2));
    p = p.fma(r, all(ScalarFunctions.EXP_1));
    p = p.fma(r, all(ScalarFunctions.EXP_0));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector power =
        shifted
            .reinterpretAsInts()
            .sub(ScalarFunctions.ROUNDER_BITS - ScalarFunctions.EXPONENT_BIAS)
            .lanewise(VectorOperators.LSHL, ScalarFunctions.MANTISSA_BITS)
            .reinterpretAsFloats();
    return p.mul(power).blend(0f, x.compare(LT, ScalarFunctions.EXP_ZERO));
  }

  private static FloatVector sigmoid(FloatVector x) {
    FloatVector e = expNonPositive(x.abs().neg());
    return all(1f).blend(e, x.compare(LT, 0f)).div(e.add(1f));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector square = x.mul(x);
    FloatVector p = all(ScalarFunctions.TANH_4).fma(square, all(ScalarFunctions.TANH_3));
    p = p.fma(square, all(ScalarFunctions.TANH_2));
    p = p.fma(square, all(ScalarFunctions.TANH_1));
    p = p.fma(square, all(ScalarFunctions.TANH_0));
    FloatVector small = p.mul(square).fma(x, x);
    FloatVector e = expNonPositive(size.mul(-2f));
    FloatVector large = all(1f).sub(e).div(e.add(1f));
    large = large.blend(large.neg(), x.compare(LT, 0f));
    return large.blend(small, size.compare(VectorOperators.LE, ScalarFunctions.TANH_SMALL));
  }

  static FloatVector gelu(FloatVector x) {
    FloatVector u = all(1f).div(x.abs().fma(all(ScalarFunctions.GAUSS_SCALE), all(1f)));
    FloatVector p = all(ScalarFunctions.GAUSS_9).fma(u, all(ScalarFunctions.GAUSS_8));
    p = p.fma(u, all(ScalarFunctions.GAUSS_7));
    p = p.fma(u, all(ScalarFunctions.GAUSS_6));
    p = p.fma(u, all(ScalarFunctions.GAUSS_5));
    p = p.fma(u, all(ScalarFunctions.GAUSS_4));
    p = p.fma(u, all(ScalarFunctions.GAUSS_3));
    p = p.fma(u, all(ScalarFunctions.GAUSS_2));
    p = p.fma(u, all(ScalarFunctions.GAUSS_1));
    p = p.fma(u, all(ScalarFunctions.GAUSS_0));
    FloatVector tail = x.mul(expNonPositive(x.mul(x).mul(-0.5f)).mul(u).mul(p));
    return x.sub(tail).blend(tail, x.compare(LT, 0f));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
