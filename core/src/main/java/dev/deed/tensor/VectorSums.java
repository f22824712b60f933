package dev.deed.tensor;

import static dev.deed.tensor.VectorLanes.COUNT;
import static dev.deed.tensor.VectorLanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Reductions in the order of {@link ScalarSums}. A vector of fewer than 16 lanes takes the partial
 * sums in several passes over the values, {@code lane} being the first partial sum of a pass.
 */
final class VectorSums {
  static final int LANES = ScalarSums.LANES;

  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(FLOATS, 8 % COUNT, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(FLOATS, 4 % COUNT, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(FLOATS, 1, 1, true);

  private VectorSums() {}

  static float sum(float[] x, int offset, int n) {
    FloatVector sums = sums(x, offset, n, 0);
    if (COUNT <= 8) {
      sums = sums.add(sums(x, offset, n, 8));
    }
    if (COUNT == 4) {
      sums = sums.add(sums(x, offset, n, 4).add(sums(x, offset, n, 12)));
    }
    return fold(sums);
  }

  private static FloatVector sums(float[] x, int offset, int n, int lane) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i <= n - COUNT; i += LANES) {
      sums = sums.add(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      sums = sums.add(FloatVector.fromArray(FLOATS, x, offset + i, rest), rest);
    }
    return sums;
  }

  /** Σ a·b. */
  static float products(float[] a, int aOffset, float[] b, int bOffset, int n) {
    FloatVector sums = products(a, aOffset, b, bOffset, n, 0);
    if (COUNT <= 8) {
      sums = sums.add(products(a, aOffset, b, bOffset, n, 8));
    }
    if (COUNT == 4) {
      sums =
          sums.add(
              products(a, aOffset, b, bOffset, n, 4).add(products(a, aOffset, b, bOffset, n, 12)));
    }
    return fold(sums);
  }

  private static FloatVector products(
      float[] a, int aOffset, float[] b, int bOffset, int n, int lane) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i <= n - COUNT; i += LANES) {
      FloatVector left = FloatVector.fromArray(FLOATS, a, aOffset + i);
      sums = left.fma(FloatVector.fromArray(FLOATS, b, bOffset + i), sums);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector left = FloatVector.fromArray(FLOATS, a, aOffset + i, rest);
      FloatVector right = FloatVector.fromArray(FLOATS, b, bOffset + i, rest);
      sums = sums.blend(left.fma(right, sums), rest);
    }
    return sums;
  }

  /** Σ (x − centre)². */
  static float squares(float[] x, int offset, float centre, int n) {
    FloatVector sums = squares(x, offset, centre, n, 0);
    if (COUNT <= 8) {
      sums = sums.add(squares(x, offset, centre, n, 8));
    }
    if (COUNT == 4) {
      sums = sums.add(squares(x, offset, centre, n, 4).add(squares(x, offset, centre, n, 12)));
    }
    return fold(sums);
  }

  private static FloatVector squares(float[] x, int offset, float centre, int n, int lane) {
    FloatVector sums = FloatVector.zero(FLOATS);
    int i = lane;
    for (; i <= n - COUNT; i += LANES) {
      FloatVector distance = FloatVector.fromArray(FLOATS, x, offset + i).sub(centre);
      sums = distance.fma(distance, sums);
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector distance = FloatVector.fromArray(FLOATS, x, offset + i, rest).sub(centre);
      sums = sums.blend(distance.fma(distance, sums), rest);
    }
    return sums;
  }

  /** The largest value, −∞ for n = 0; the order of comparisons cannot change it. */
  static float max(float[] x, int offset, int n) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - COUNT; i += COUNT) {
      max = max.max(FloatVector.fromArray(FLOATS, x, offset + i));
    }
    if (i < n) {
      VectorMask<Float> rest = FLOATS.indexInRange(i, n);
      FloatVector last = FloatVector.fromArray(FLOATS, x, offset + i, rest);
      max = max.blend(max.max(last), rest);
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** Adds the partial sums as {@link ScalarSums#total} does. */
  static float fold(FloatVector sums) {
    FloatVector folded = sums;
    if (COUNT > 8) {
      folded = folded.add(folded.rearrange(BY_8));
    }
    if (COUNT > 4) {
      folded = folded.add(folded.rearrange(BY_4));
    }
    folded = folded.add(folded.rearrange(BY_2));
    return folded.add(folded.rearrange(BY_1)).lane(0);
  }
}
