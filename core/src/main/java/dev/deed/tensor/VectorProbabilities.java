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
    FloatVector sums = exponentials(x, offset, n, max, 0);
    if (COUNT <= 8) {
      sums = sums.add(exponentials(x, offset, n, max, 8));
    }
    if (COUNT == 4) {
      sums = sums.add(exponentials(x, offset, n, max, 4).add(exponentials(x, offset, n, max, 12)));
    }
    return VectorSums.fold(sums);
  }

  private static FloatVector exponentials(float[] x, int offset, int n, float max, int lane) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i <= n - COUNT; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, x, offset + i).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      e.intoArray(x, offset + i);
      sums = sums.add(e);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector distance = FloatVector.fromArray(FLOATS, x, offset + i, rest).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      e.intoArray(x, offset + i, rest);
      sums = sums.add(e, rest);
    }
    return sums;
  }

  static int argmax(float[] x, int offset, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("no largest of " + n + " values");
    }
    float max = VectorSums.max(x, offset, n);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      VectorMask<Float> found = equal(FloatVector.fromArray(FLOATS, x, offset + i), max);
      if (found.anyTrue()) {
        return i + found.firstTrue();
      }
    }
    VectorMask<Float> rest = FLOATS.indexInRange(i, n);
    FloatVector last = FloatVector.fromArray(FLOATS, x, offset + i, rest);
    return i + equal(last, max).and(rest).firstTrue();
  }

  private static VectorMask<Float> equal(FloatVector x, float max) {
    return Float.isNaN(max) ? x.test(VectorOperators.IS_NAN) : x.compare(EQ, max);
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
    for (int lane = 0; lane < LANES; lane += COUNT) {
      accumulate(logits, offset, n, max, lane, sums, products);
    }
    double sum = ScalarSums.total(sums);
    double log = StrictMath.log(sum);
    return new LogitStatistics(
        n, argmax, max, second, max + log, ScalarSums.total(products) / sum - log);
  }

  private static void accumulate(
      float[] logits, int offset, int n, float max, int lane, float[] sums, float[] products) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector product = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i <= n - COUNT; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, logits, offset + i).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      sum = sum.add(e);
      product = distance.max(ScalarFunctions.EXP_ZERO).fma(e, product);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector distance = FloatVector.fromArray(FLOATS, logits, offset + i, rest).sub(max);
      FloatVector e = VectorFunctions.expNonPositive(distance);
      sum = sum.add(e, rest);
      product = product.blend(distance.max(ScalarFunctions.EXP_ZERO).fma(e, product), rest);
    }
    sum.intoArray(sums, lane);
    product.intoArray(products, lane);
  }
}
