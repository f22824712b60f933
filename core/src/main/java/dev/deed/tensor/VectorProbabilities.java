package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.COUNT;
import static dev.deed.tensor.VectorLanes.FLOATS;
import static dev.deed.tensor.VectorSums.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax and what is asked of a row of logits. */
final class VectorProbabilities {
  private VectorProbabilities() {}

  /** x = exp(x − max); returns the sum. */
  static float exponentials(float[] x, int offset, int n, float max) {
    float[] sums = new float[LANES];
    int whole = VectorSums.whole(n);
    for (int lane = 0; lane < LANES; lane += COUNT) {
      exponentials(x, offset + lane, offset + whole, max, sums, lane);
    }
    for (int i = whole; i < n; i++) {
      float e = ScalarFunctions.expNonPositive(x[offset + i] - max);
      x[offset + i] = e;
      sums[i - whole] += e;
    }
    return ScalarSums.total(sums);
  }

  private static void exponentials(
      float[] x, int from, int end, float max, float[] sums, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = from; i < end; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, x, i).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      e.intoArray(x, i);
      sum = sum.add(e);
    }
    sum.intoArray(sums, lane);
  }

  static int argmax(float[] x, int offset, int n) {
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

  static LogitStatistics statistics(float[] logits, int offset, int n) {
    int argmax = argmax(logits, offset, n);
    float max = logits[offset + argmax];
    int rest = argmax + 1;
    float second =
        Math.max(
            VectorSums.max(logits, offset, argmax),
            VectorSums.max(logits, offset + rest, n - rest));
    float[] sums = new float[LANES];
    float[] products = new float[LANES];
    int whole = VectorSums.whole(n);
    for (int lane = 0; lane < LANES; lane += COUNT) {
      addUp(logits, offset + lane, offset + whole, max, sums, products, lane);
    }
    for (int i = whole; i < n; i++) {
      float distance = logits[offset + i] - max;
      float e = ScalarFunctions.expNonPositive(distance);
      float bounded = Math.max(distance, ScalarFunctions.EXP_ZERO);
      sums[i - whole] += e;
      products[i - whole] = Math.fma(bounded, e, products[i - whole]);
    }
    double sum = ScalarSums.total(sums);
    double log = StrictMath.log(sum);
    return new LogitStatistics(
        n, argmax, max, second, max + log, ScalarSums.total(products) / sum - log);
  }

  private static void addUp(
      float[] logits, int from, int end, float max, float[] sums, float[] products, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector product = FloatVector.zero(FLOATS);
    for (int i = from; i < end; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, logits, i).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      sum = sum.add(e);
      product = distance.max(ScalarFunctions.EXP_ZERO).fma(e, product);
    }
    sum.intoArray(sums, lane);
    product.intoArray(products, lane);
  }
}
