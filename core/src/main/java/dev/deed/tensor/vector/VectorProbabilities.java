package dev.deed.tensor.vector;

import static dev.deed.tensor.vector.VectorLanes.COUNT;
import static dev.deed.tensor.vector.VectorLanes.FLOATS;
import static dev.deed.tensor.vector.VectorSums.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;

import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.scalar.ScalarFunctions;
import dev.deed.tensor.scalar.ScalarSums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Softmax and what is asked of a row of logits. */
final class VectorProbabilities {
  private VectorProbabilities() {}

  /** x = exp(x − max); returns the sum. */
  static float exponentials(float[] x, int offset, int n, float max) {
    int whole = n - n % COUNT;
    VectorExponentials.apply(x, offset, whole, max, x, offset);
    for (int i = offset + whole; i < offset + n; i++) {
      x[i] = ScalarFunctions.expNonPositive(x[i] - max);
    }
    return VectorSums.sum(x, offset, n);
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
    float[] sums = new float[2 * LANES];
    int whole = VectorSums.whole(n);
    float[] scratch = VectorExponentials.scratch();
    for (int first = 0; first < whole; first += VectorExponentials.RUN) {
      int count = Math.min(VectorExponentials.RUN, whole - first);
      VectorExponentials.apply(logits, offset + first, count, max, scratch, 0);
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
