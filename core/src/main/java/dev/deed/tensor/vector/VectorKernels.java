package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.COUNT;
import static dev.deed.tensor.vector.VectorLanes.FLOATS;

import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.scalar.Cosine;
import dev.deed.tensor.scalar.InverseRoot;
import jdk.incubator.vector.FloatVector;

/**
 * The kernels on vectors. What is left at the end of a run, less than a vector, is done by the
 * scalar formula: masks would be emulated, and slow, on processors without them.
 */
public final class VectorKernels implements Kernels {
  @Override
  public void add(float[] a, int aOffset, float[] b, int bOffset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, a, aOffset + i)
          .add(FloatVector.fromArray(FLOATS, b, bOffset + i))
          .intoArray(a, aOffset + i);
    }
    for (; i < n; i++) {
      a[aOffset + i] += b[bOffset + i];
    }
  }

  @Override
  public void scale(float[] a, int offset, int n, float factor) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, a, offset + i).mul(factor).intoArray(a, offset + i);
    }
    for (; i < n; i++) {
      a[offset + i] *= factor;
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
      float[] x, int xOffset, float[] weight, float[] bias, float eps, float[] out, int outOffset) {
    int n = weight.length;
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
    for (; i < n; i++) {
      out[outOffset + i] = Math.fma((x[xOffset + i] - mean) * factor, weight[i], bias[i]);
    }
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, float eps, float[] out, int outOffset) {
    int n = weight.length;
    float factor = InverseRoot.of(dot(x, xOffset, x, xOffset, n) / n + eps);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .mul(factor)
          .mul(FloatVector.fromArray(FLOATS, weight, i))
          .intoArray(out, outOffset + i);
    }
    for (; i < n; i++) {
      out[outOffset + i] = x[xOffset + i] * factor * weight[i];
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
    for (; i < n; i++) {
      a[aOffset + i] *= b[bOffset + i];
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
