package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.COUNT;
import static dev.deed.tensor.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Activation of a run of values: one loop per kind, so that each is compiled without a switch. */
final class VectorActivations {
  private VectorActivations() {}

  static void activate(Activation kind, float[] x, int offset, int n) {
    switch (kind) {
      case RELU -> relu(x, offset, n);
      case GELU -> gelu(x, offset, n);
      case GELU_TANH -> geluTanh(x, offset, n);
      case SILU -> silu(x, offset, n);
      case TANH -> tanh(x, offset, n);
      case IDENTITY -> {}
    }
  }

  private static void relu(float[] x, int offset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorFunctions.relu(value).intoArray(x, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      VectorFunctions.relu(value).intoArray(x, offset + i, rest);
    }
  }

  private static void gelu(float[] x, int offset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorFunctions.gelu(value).intoArray(x, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      VectorFunctions.gelu(value).intoArray(x, offset + i, rest);
    }
  }

  private static void geluTanh(float[] x, int offset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorFunctions.geluTanh(value).intoArray(x, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      VectorFunctions.geluTanh(value).intoArray(x, offset + i, rest);
    }
  }

  private static void silu(float[] x, int offset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorFunctions.silu(value).intoArray(x, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      VectorFunctions.silu(value).intoArray(x, offset + i, rest);
    }
  }

  private static void tanh(float[] x, int offset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorFunctions.tanh(value).intoArray(x, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      VectorFunctions.tanh(value).intoArray(x, offset + i, rest);
    }
  }
}
