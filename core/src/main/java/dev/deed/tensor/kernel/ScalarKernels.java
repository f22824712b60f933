package dev.deed.tensor.kernel;

import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.LogitStatistics;

/** The twins that define the results, in plain Java. */
final class ScalarKernels implements Kernels {
  @Override
  public void add(float[] a, int aOffset, float[] b, int bOffset, int n) {
    for (int i = 0; i < n; i++) {
      a[aOffset + i] += b[bOffset + i];
    }
  }

  @Override
  public void addProducts(
      float[] a, int aOffset, float[] b, int bOffset, float[] c, int cOffset, int n) {
    for (int i = 0; i < n; i++) {
      a[aOffset + i] = Math.fma(b[bOffset + i], c[cOffset + i], a[aOffset + i]);
    }
  }

  @Override
  public void scale(float[] a, int offset, int n, float factor) {
    for (int i = 0; i < n; i++) {
      a[offset + i] *= factor;
    }
  }

  @Override
  public float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    float[] sums = new float[ScalarSums.LANES];
    for (int i = 0; i < n; i++) {
      int lane = i % ScalarSums.LANES;
      sums[lane] = Math.fma(a[aOffset + i], b[bOffset + i], sums[lane]);
    }
    return ScalarSums.total(sums);
  }

  @Override
  public void layerNorm(
      float[] x, int xOffset, float[] weight, float[] bias, float eps, float[] out, int outOffset) {
    int n = weight.length;
    float mean = ScalarSums.sum(x, xOffset, n) / n;
    float[] squares = new float[ScalarSums.LANES];
    for (int i = 0; i < n; i++) {
      int lane = i % ScalarSums.LANES;
      float centred = x[xOffset + i] - mean;
      squares[lane] = Math.fma(centred, centred, squares[lane]);
    }
    float factor = ScalarFunctions.inverseRoot(ScalarSums.total(squares) / n + eps);
    for (int i = 0; i < n; i++) {
      out[outOffset + i] = Math.fma((x[xOffset + i] - mean) * factor, weight[i], bias[i]);
    }
  }

  @Override
  public void rmsNorm(
      float[] x, int xOffset, float[] weight, float eps, float[] out, int outOffset) {
    int n = weight.length;
    float factor = ScalarFunctions.inverseRoot(dot(x, xOffset, x, xOffset, n) / n + eps);
    for (int i = 0; i < n; i++) {
      out[outOffset + i] = x[xOffset + i] * factor * weight[i];
    }
  }

  @Override
  public void activate(Activation kind, float[] x, int offset, int n) {
    for (int i = offset; i < offset + n; i++) {
      x[i] = ScalarFunctions.activation(kind, x[i]);
    }
  }

  @Override
  public void activateAndMultiply(
      Activation kind, float[] gate, int gateOffset, float[] up, int upOffset, int n) {
    for (int i = 0; i < n; i++) {
      gate[gateOffset + i] =
          ScalarFunctions.activation(kind, gate[gateOffset + i]) * up[upOffset + i];
    }
  }

  @Override
  public void softmax(float[] x, int offset, int n) {
    float max = max(x, offset, n);
    float[] sums = new float[ScalarSums.LANES];
    for (int i = 0; i < n; i++) {
      float e = ScalarFunctions.expNonPositive(x[offset + i] - max);
      x[offset + i] = e;
      sums[i % ScalarSums.LANES] += e;
    }
    scale(x, offset, n, 1f / ScalarSums.total(sums));
  }

  @Override
  public int argmax(float[] x, int offset, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("no largest of " + n + " values");
    }
    float max = max(x, offset, n);
    int i = 0;
    while (x[offset + i] != max && !Float.isNaN(x[offset + i])) {
      i++;
    }
    return i;
  }

  @Override
  public LogitStatistics statistics(float[] logits, int offset, int n) {
    int argmax = argmax(logits, offset, n);
    float max = logits[offset + argmax];
    int rest = argmax + 1;
    float second = Math.max(max(logits, offset, argmax), max(logits, offset + rest, n - rest));
    float[] sums = new float[ScalarSums.LANES];
    float[] products = new float[ScalarSums.LANES];
    for (int i = 0; i < n; i++) {
      float distance = logits[offset + i] - max;
      float e = ScalarFunctions.expNonPositive(distance);
      // Bounded, because −∞ · 0 would be NaN.
      float bounded = Math.max(distance, ScalarFunctions.EXP_ZERO);
      int lane = i % ScalarSums.LANES;
      sums[lane] += e;
      products[lane] = Math.fma(bounded, e, products[lane]);
    }
    double sum = ScalarSums.total(sums);
    double log = StrictMath.log(sum);
    return new LogitStatistics(
        n, argmax, max, second, max + log, ScalarSums.total(products) / sum - log);
  }

  static float max(float[] x, int offset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }
}
