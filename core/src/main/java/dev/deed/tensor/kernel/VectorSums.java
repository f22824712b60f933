package dev.deed.tensor.kernel;

import static dev.deed.tensor.kernel.VectorLanes.COUNT;
import static dev.deed.tensor.kernel.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions in the order of {@link ScalarSums}. A vector of fewer than 16 lanes takes the partial
 * sums in several passes over the values, {@code lane} being the first partial sum of a pass.
 *
 * <p>The partial sums leave a loop through an array: a vector that a method hands out is boxed, and
 * if it is the variable of a loop, once in every turn.
 */
final class VectorSums {
  static final int LANES = ScalarSums.LANES;

  private VectorSums() {}

  /** Number of leading values that whole turns of the partial sums cover. */
  static int whole(int n) {
    return n - n % LANES;
  }

  static float sum(float[] x, int offset, int n) {
    float[] sums = new float[LANES];
    int whole = whole(n);
    for (int lane = 0; lane < LANES; lane += COUNT) {
      addUp(x, offset + lane, offset + whole, sums, lane);
    }
    for (int i = whole; i < n; i++) {
      sums[i - whole] += x[offset + i];
    }
    return ScalarSums.total(sums);
  }

  private static void addUp(float[] x, int from, int end, float[] sums, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = from; i < end; i += LANES) {
      sum = sum.add(FloatVector.fromArray(FLOATS, x, i));
    }
    sum.intoArray(sums, lane);
  }

  /** Σ a·b. */
  static float products(float[] a, int aOffset, float[] b, int bOffset, int n) {
    float[] sums = new float[LANES];
    int whole = whole(n);
    for (int lane = 0; lane < LANES; lane += COUNT) {
      addUpProducts(a, aOffset, b, bOffset, whole, sums, lane);
    }
    for (int i = whole; i < n; i++) {
      sums[i - whole] = Math.fma(a[aOffset + i], b[bOffset + i], sums[i - whole]);
    }
    return ScalarSums.total(sums);
  }

  private static void addUpProducts(
      float[] a, int aOffset, float[] b, int bOffset, int whole, float[] sums, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = lane; i < whole; i += LANES) {
      FloatVector left = FloatVector.fromArray(FLOATS, a, aOffset + i);
      sum = left.fma(FloatVector.fromArray(FLOATS, b, bOffset + i), sum);
    }
    sum.intoArray(sums, lane);
  }

  /** Σ (x − centre)². */
  static float squares(float[] x, int offset, float centre, int n) {
    float[] sums = new float[LANES];
    int whole = whole(n);
    for (int lane = 0; lane < LANES; lane += COUNT) {
      addUpSquares(x, offset + lane, offset + whole, centre, sums, lane);
    }
    for (int i = whole; i < n; i++) {
      float distance = x[offset + i] - centre;
      sums[i - whole] = Math.fma(distance, distance, sums[i - whole]);
    }
    return ScalarSums.total(sums);
  }

  private static void addUpSquares(
      float[] x, int from, int end, float centre, float[] sums, int lane) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = from; i < end; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, x, i).sub(centre);
      sum = distance.fma(distance, sum);
    }
    sum.intoArray(sums, lane);
  }

  /** The largest value, −∞ for n = 0; the order of comparisons cannot change it. */
  static float max(float[] x, int offset, int n) {
    FloatVector largest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = offset;
    for (; i <= offset + n - COUNT; i += COUNT) {
      largest = largest.max(FloatVector.fromArray(FLOATS, x, i));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (; i < offset + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }
}
