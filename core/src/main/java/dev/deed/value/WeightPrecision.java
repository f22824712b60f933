package dev.deed.value;

import java.util.Locale;

/**
 * How a model holds its weights in memory and multiplies with them. What products read and write is
 * fp32 whatever the precision. Immutable.
 */
public enum WeightPrecision {
  /** IEEE 754 single precision: 4 bytes a weight. */
  FP32(Float.BYTES),
  /** The upper half of fp32, rounded to nearest, ties to even: 2 bytes a weight; sums are fp32. */
  BF16(Short.BYTES),
  /**
   * Whole numbers −127…127 with an fp32 scale for each output: 1 byte a weight. The largest weight
   * of an output is ±127, the others are rounded to nearest, ties to even. Inputs and sums are
   * fp32.
   */
  INT8(Byte.BYTES),
  /**
   * Weights as in {@link #INT8}. Each row of inputs is rounded in the same way when it is
   * multiplied, so that sums are whole numbers: fast for long inputs and batches.
   */
  W8A8(Byte.BYTES);

  private final int bytes;

  WeightPrecision(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the name in files and options, such as {@code bf16}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the bytes of a weight} */
  public int bytes() {
    return bytes;
  }
}
