package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.COUNT;
import static dev.deed.tensor.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The kernels on vectors. What is left at the end of a run is done with a mask, by the same
 * formula.
 */
final class VectorKernels implements Kernels {
  @Override
  public void add(float[] a, int aOffset, float[] b, int bOffset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, a, aOffset + i)
          .add(FloatVector.fromArray(FLOATS, b, bOffset + i))
          .intoArray(a, aOffset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector.fromArray(FLOATS, a, aOffset + i, rest)
          .add(FloatVector.fromArray(FLOATS, b, bOffset + i, rest))
          .intoArray(a, aOffset + i, rest);
    }
  }

  @Override
  public void scale(float[] a, int offset, int n, float factor) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, a, offset + i).mul(factor).intoArray(a, offset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector.fromArray(FLOATS, a, offset + i, rest).mul(factor).intoArray(a, offset + i, rest);
    }
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    return VectorSums.products(a, aOffset, b, bOffset, n);
  }

  @Override
  public float cosine(float[] a, int aOffset, float[] b, int bOffset, int n) {
    return Cosine.of(
        dot(a, aOffset, b, bOffset, n),
        dot(a, aOffset, a, aOffset, n),
        dot(b, bOffset, b, bOffset, n));
  }

  @Override
  public void layerNorm(
      float[] x,
      int xOffset,
      float[] weight,
      float[] bias,
      float eps,
      int n,
      float[] out,
      int outOffset) {
    float mean = VectorSums.sum(x, xOffset, n) / n;
    float factor = InverseRoot.of(VectorSums.squares(x, xOffset, mean, n) / n + eps);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .sub(mean)
          .mul(factor)
          .fma(FloatVector.fromArray(FLOATS, weight, i), FloatVector.fromArray(FLOATS, bias, i))
          .intoArray(out, outOffset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector.fromArray(FLOATS, x, xOffset + i, rest)
          .sub(mean)
          .mul(factor)
          .fma(
              FloatVector.fromArray(FLOATS, weight, i, rest),
              FloatVector.fromArray(FLOATS, bias, i, rest))
          .intoArray(out, outOffset + i, rest);
    }
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, float eps, int n, float[] out, int outOffset) {
    float factor = InverseRoot.of(dot(x, xOffset, x, xOffset, n) / n + eps);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .mul(factor)
          .mul(FloatVector.fromArray(FLOATS, weight, i))
          .intoArray(out, outOffset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector.fromArray(FLOATS, x, xOffset + i, rest)
          .mul(factor)
          .mul(FloatVector.fromArray(FLOATS, weight, i, rest))
          .intoArray(out, outOffset + i, rest);
    }
  }

  @Override
  public void activate(Activation kind, float[] x, int offset, int n) {
    VectorActivations.activate(kind, x, offset, n);
  }

  @Override
  public void activateAndMultiply(
      Activation kind, float[] gate, int gateOffset, float[] up, int upOffset, int n) {
    VectorActivations.activate(kind, gate, gateOffset, n);
    multiply(gate, gateOffset, up, upOffset, n);
  }

  private static void multiply(float[] a, int aOffset, float[] b, int bOffset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, a, aOffset + i)
          .mul(FloatVector.fromArray(FLOATS, b, bOffset + i))
          .intoArray(a, aOffset + i);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector.fromArray(FLOATS, a, aOffset + i, rest)
          .mul(FloatVector.fromArray(FLOATS, b, bOffset + i, rest))
          .intoArray(a, aOffset + i, rest);
    }
  }

  @Override
  public void softmax(float[] x, int offset, int n) {
    float sum = VectorProbabilities.exponentials(x, offset, n, VectorSums.max(x, offset, n));
    scale(x, offset, n, 1f / sum);
  }

  @Override
  public int argmax(float[] x, int offset, int n) {
    return VectorProbabilities.argmax(x, offset, n);
  }

  @Override
  public LogitStatistics statistics(float[] logits, int offset, int n) {
    return VectorProbabilities.statistics(logits, offset, n);
  }
}
