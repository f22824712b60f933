package dev.deed.tensor.matrix;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Int8Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Products of rounded inputs with int8 weights. A row x becomes whole numbers q = x · (127 / max
 * |x|), rounded to nearest, ties to even; an output is {@code (Σ q·w) · scale of the output · (max
 * |x| / 127) + bias}, its sum exact, all else in fp32. So the order of the sum is free. A row whose
 * max |x| is below {@link #LEAST} counts as zeros. Arguments are checked by the caller.
 */
public interface IntegerKernel {
  /** A sum of so many products of numbers up to 127 is below 2²⁴, where fp32 is exact. */
  int EXACT_INPUTS = (1 << 24) / (Int8Rounding.MOST * Int8Rounding.MOST);

  /** Largest number of inputs whose sum fits 32 bits. */
  int MOST_INPUTS = Integer.MAX_VALUE / (Int8Rounding.MOST * Int8Rounding.MOST);

  /** Far above where the factor 127 / max |x| would be infinite, far below any hidden state. */
  float LEAST = 0x1p-100f;

  /**
   * @param values [rows, inputs] at least, whole numbers −127…127
   * @param scales [rows], what they count
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Rounded(float[] values, float[] scales) {}

  /** The largest magnitude, NaN if one is NaN; 0 for n = 0. */
  float magnitude(float[] x, int offset, int n);

  /** Rounds n inputs that are first multiplied by a factor. */
  void round(float[] x, int offset, int n, float factor, float[] q, int qOffset);

  /** What one of a row's whole numbers counts, from the row's magnitude; 0 for zeros. */
  static float scale(float magnitude) {
    return magnitude < LEAST ? 0 : magnitude / Int8Rounding.MOST;
  }

  /** What to multiply a row with before it is rounded. */
  static float factor(float magnitude) {
    return magnitude < LEAST ? 0 : Int8Rounding.MOST / magnitude;
  }

  /** Rounds rows into {@code values}, which the result keeps. */
  default Rounded round(FloatRows x, int inputs, float[] values) {
    float[] scales = new float[x.count()];
    for (int r = 0; r < x.count(); r++) {
      float magnitude = magnitude(x.values(), x.at(r), inputs);
      scales[r] = scale(magnitude);
      round(x.values(), x.at(r), inputs, factor(magnitude), values, r * inputs);
    }
    return new Rounded(values, scales);
  }

  /**
   * Outputs of panels {@code firstPanel..endPanel-1}.
   *
   * @param firstRow the row of x that gives row 0 of y
   */
  void multiply(
      Panels w,
      int firstPanel,
      int endPanel,
      Rounded x,
      int firstRow,
      float @Nullable [] bias,
      FloatRows y);

  /**
   * @throws IllegalArgumentException if a sum of this many products may exceed 32 bits
   */
  static void requireSumsThatFit(int inputs) {
    if (inputs > MOST_INPUTS) {
      throw new IllegalArgumentException(
          "sums of %d products of int8 do not fit 32 bits".formatted(inputs));
    }
  }
}
