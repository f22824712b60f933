package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;
import static dev.deed.tensor.kernel.VectorSums.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;

import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.LogitStatistics;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The kernels on vectors. What is left at the end of a run, less than a vector, is done by the
 * scalar formula: masks would be emulated, and slow, on processors without them.
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
    for (; i < n; i++) {
      a[aOffset + i] += b[bOffset + i];
    }
  }

  @Override
  public void addProducts(
      float[] a, int aOffset, float[] b, int bOffset, float[] c, int cOffset, int n) {
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector.fromArray(FLOATS, b, bOffset + i)
          .fma(
              FloatVector.fromArray(FLOATS, c, cOffset + i),
              FloatVector.fromArray(FLOATS, a, aOffset + i))
          .intoArray(a, aOffset + i);
    }
    for (; i < n; i++) {
      a[aOffset + i] = Math.fma(b[bOffset + i], c[cOffset + i], a[aOffset + i]);
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
  public void layerNorm(
      float[] x, int xOffset, float[] weight, float[] bias, float eps, float[] out, int outOffset) {
    int n = weight.length;
    float mean = VectorSums.sum(x, xOffset, n) / n;
    float factor = ScalarFunctions.inverseRoot(VectorSums.squares(x, xOffset, mean, n) / n + eps);
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
    float factor = ScalarFunctions.inverseRoot(dot(x, xOffset, x, xOffset, n) / n + eps);
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

  /** a *= b. */
  static void multiply(float[] a, int aOffset, float[] b, int bOffset, int n) {
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
    float sum = exponentials(x, offset, n, VectorSums.max(x, offset, n));
    scale(x, offset, n, 1f / sum);
  }

  /** x = exp(x − max); returns the sum. */
  static float exponentials(float[] x, int offset, int n, float max) {
    int whole = n - n % COUNT;
    VectorExponentials.apply(x, offset, whole, 1, max, x, offset);
    for (int i = offset + whole; i < offset + n; i++) {
      x[i] = ScalarFunctions.expNonPositive(x[i] - max);
    }
    return VectorSums.sum(x, offset, n);
  }

  @Override
  public int argmax(float[] x, int offset, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("no largest of " + n + " values");
    }
    float max = VectorSums.max(x, offset, n);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      FloatVector values = FloatVector.fromArray(FLOATS, x, offset + i);
      VectorMask<Float> found = values.compare(EQ, max).or(values.test(VectorOperators.IS_NAN));
      if (found.anyTrue()) {
        return i + found.firstTrue();
      }
    }
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
    float second =
        Math.max(
            VectorSums.max(logits, offset, argmax),
            VectorSums.max(logits, offset + rest, n - rest));
    float[] sums = new float[2 * LANES];
    int whole = VectorSums.whole(n);
    float[] scratch = VectorExponentials.scratch();
    for (int first = 0; first < whole; first += VectorExponentials.RUN) {
      int count = Math.min(VectorExponentials.RUN, whole - first);
      VectorExponentials.apply(logits, offset + first, count, 1, max, scratch, 0);
      for (int lane = 0; lane < LANES; lane += COUNT) {
        addUp(logits, offset + first, scratch, count, max, sums, lane);
      }
    }
    for (int i = whole; i < n; i++) {
      float distance = logits[offset + i] - max;
      float e = ScalarFunctions.expNonPositive(distance);
      float bounded = Math.max(distance, ScalarFunctions.EXP_ZERO);
      sums[i - whole] += e;
      int product = LANES + i - whole;
      sums[product] = Math.fma(bounded, e, sums[product]);
    }
    double sum = ScalarSums.total(sums, 0);
    double log = StrictMath.log(sum);
    return new LogitStatistics(
        n, argmax, max, second, max + log, ScalarSums.total(sums, LANES) / sum - log);
  }

  /**
   * Goes on with the partial sums from {@code lane} on over {@code count} more values.
   *
   * @param sums of exponentials, then of their products with the distances
   */
  private static void addUp(
      float[] logits,
      int from,
      float[] exponentials,
      int count,
      float max,
      float[] sums,
      int lane) {
    FloatVector sum = FloatVector.fromArray(FLOATS, sums, lane);
    FloatVector product = FloatVector.fromArray(FLOATS, sums, LANES + lane);
    for (int i = lane; i < count; i += LANES) {
      FloatVector e = FloatVector.fromArray(FLOATS, exponentials, i);
      FloatVector distance = FloatVector.fromArray(FLOATS, logits, from + i).sub(max);
      sum = sum.add(e);
      product = distance.max(ScalarFunctions.EXP_ZERO).fma(e, product);
    }
    sum.intoArray(sums, lane);
    product.intoArray(sums, LANES + lane);
  }
}
