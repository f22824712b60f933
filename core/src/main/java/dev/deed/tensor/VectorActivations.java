package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.COUNT;
import static dev.deed.tensor.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Activation of a run of values. One loop per kind, so that each is compiled without a switch; what
 * is left at the end is done by the scalar twin, because a second copy of the formula in a method
 * can exceed what the compiler inlines, and then it boxes every vector.
 */
final class VectorActivations {
  private VectorActivations() {}

  static void activate(Activation kind, float[] x, int offset, int n) {
    int end = offset + n;
    int whole = end - n % COUNT;
    switch (kind) {
      case RELU -> relu(x, offset, whole);
      case GELU -> gelu(x, offset, whole);
      case GELU_TANH -> geluTanh(x, offset, whole);
      case SILU -> silu(x, offset, whole);
      case TANH -> tanh(x, offset, whole);
      case IDENTITY -> {}
    }
    for (int i = whole; i < end; i++) {
      x[i] = ScalarFunctions.activation(kind, x[i]);
    }
  }

  private static void relu(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      VectorFunctions.relu(FloatVector.fromArray(FLOATS, x, i)).intoArray(x, i);
    }
  }

  private static void gelu(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      VectorFunctions.gelu(FloatVector.fromArray(FLOATS, x, i)).intoArray(x, i);
    }
  }

  private static void geluTanh(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      VectorFunctions.geluTanh(FloatVector.fromArray(FLOATS, x, i)).intoArray(x, i);
    }
  }

  private static void silu(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      VectorFunctions.silu(FloatVector.fromArray(FLOATS, x, i)).intoArray(x, i);
    }
  }

  private static void tanh(float[] x, int from, int end) {
    for (int i = from; i < end; i += COUNT) {
      VectorFunctions.tanh(FloatVector.fromArray(FLOATS, x, i)).intoArray(x, i);
    }
  }
}
