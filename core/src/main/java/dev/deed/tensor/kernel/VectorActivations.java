package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.deed.tensor.Activation;
import jdk.incubator.vector.FloatVector;

/**
 * Activation of a run of values: {@link ScalarFunctions#activation}, lane by lane. Exponentials are
 * taken in a scratch array between two loops (see {@link VectorExponentials} why); what is left at
 * the end, less than a vector, is done by the scalar twin.
 */
final class VectorActivations {
  private VectorActivations() {}

  static void activate(Activation kind, float[] x, int offset, int n) {
    int end = offset + n;
    int whole = end - n % COUNT;
    switch (kind) {
      case RELU -> relu(x, offset, whole);
      case GELU, GELU_TANH, SILU, TANH -> {
        float[] scratch = VectorExponentials.scratch();
        for (int from = offset; from < whole; from += VectorExponentials.RUN) {
          int count = Math.min(VectorExponentials.RUN, whole - from);
          exponential(kind, x, from, count, scratch);
        }
      }
      case IDENTITY -> {}
    }
    for (int i = whole; i < end; i++) {
      x[i] = ScalarFunctions.activation(kind, x[i]);
    }
  }

  private static void relu(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, i).max(0f).intoArray(x, i);
    }
  }

  /** The kinds that need e^something: the exponents, their exponentials, the rest. */
  private static void exponential(Activation kind, float[] x, int from, int n, float[] e) {
    switch (kind) {
      case GELU -> geluExponents(x, from, n, e);
      case GELU_TANH -> geluTanhExponents(x, from, n, e);
      case SILU -> siluExponents(x, from, n, e);
      default -> tanhExponents(x, from, n, e);
    }
    VectorExponentials.apply(e, 0, n, 1, 0f, e, 0);
    switch (kind) {
      case GELU -> gelu(x, from, n, e);
      case GELU_TANH -> geluTanh(x, from, n, e);
      case SILU -> silu(x, from, n, e);
      default -> tanh(x, from, n, e);
    }
  }

  private static void geluExponents(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      v.mul(v).mul(-0.5f).intoArray(e, i);
    }
  }

  private static void gelu(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector one = broadcast(FLOATS, 1f);
      FloatVector u = one.div(v.abs().fma(broadcast(FLOATS, ScalarFunctions.GAUSS_SCALE), one));
      FloatVector p =
          broadcast(FLOATS, ScalarFunctions.GAUSS_9)
              .fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_8));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_7));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_6));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_5));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_4));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_3));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_2));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_1));
      p = p.fma(u, broadcast(FLOATS, ScalarFunctions.GAUSS_0));
      FloatVector tail = v.mul(FloatVector.fromArray(FLOATS, e, i).mul(u).mul(p));
      v.sub(tail).blend(tail, v.compare(LT, 0f)).intoArray(x, from + i);
    }
  }

  private static void geluTanhExponents(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector slope =
          v.mul(v)
              .fma(
                  broadcast(FLOATS, ScalarFunctions.GELU_TANH_CUBIC),
                  broadcast(FLOATS, ScalarFunctions.GELU_TANH_LINEAR));
      v.mul(slope).abs().neg().intoArray(e, i);
    }
  }

  private static void geluTanh(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector slope =
          v.mul(v)
              .fma(
                  broadcast(FLOATS, ScalarFunctions.GELU_TANH_CUBIC),
                  broadcast(FLOATS, ScalarFunctions.GELU_TANH_LINEAR));
      FloatVector power = FloatVector.fromArray(FLOATS, e, i);
      FloatVector above = broadcast(FLOATS, 1f).blend(power, v.mul(slope).compare(LT, 0f));
      v.mul(above.div(power.add(1f))).intoArray(x, from + i);
    }
  }

  private static void siluExponents(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, from + i).abs().neg().intoArray(e, i);
    }
  }

  private static void silu(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector power = FloatVector.fromArray(FLOATS, e, i);
      FloatVector above = broadcast(FLOATS, 1f).blend(power, v.compare(LT, 0f));
      v.mul(above.div(power.add(1f))).intoArray(x, from + i);
    }
  }

  private static void tanhExponents(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, from + i).abs().mul(-2f).intoArray(e, i);
    }
  }

  private static void tanh(float[] x, int from, int n, float[] e) {
    for (int i = 0; i < n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
      FloatVector square = v.mul(v);
      FloatVector p =
          broadcast(FLOATS, ScalarFunctions.TANH_4)
              .fma(square, broadcast(FLOATS, ScalarFunctions.TANH_3));
      p = p.fma(square, broadcast(FLOATS, ScalarFunctions.TANH_2));
      p = p.fma(square, broadcast(FLOATS, ScalarFunctions.TANH_1));
      p = p.fma(square, broadcast(FLOATS, ScalarFunctions.TANH_0));
      FloatVector small = p.mul(square).fma(v, v);
      FloatVector power = FloatVector.fromArray(FLOATS, e, i);
      FloatVector large = broadcast(FLOATS, 1f).sub(power).div(power.add(1f));
      large = large.blend(large.neg(), v.compare(LT, 0f));
      large.blend(small, v.abs().compare(LE, ScalarFunctions.TANH_SMALL)).intoArray(x, from + i);
    }
  }
}
