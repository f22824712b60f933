package dev.deed.tensor;

import java.util.Locale;

/**
 * How weights are held in memory. Inputs and outputs of products are fp32 whatever the precision.
 * So are sums, but in {@link #W8A8}: each weight becomes an fp32 number first. Either way one row
 * and many give the same bits.
 */
public enum Precision {
  /** IEEE 754 single precision, as most checkpoints have them. */
  FP32(Float.BYTES),
  /** The upper half of an fp32 number, rounded to nearest, ties to even. */
  BF16(Short.BYTES),
  /**
   * Whole numbers −127…127 and an fp32 scale for each output: the largest weight of the output is
   * ±127, the others are rounded to nearest, ties to even ({@link Int8Rounding}).
   */
  INT8(Byte.BYTES),
  /**
   * Weights as in {@link #INT8}, and each row of inputs rounded in the same way when it is
   * multiplied (dynamic quantisation), so that sums are whole numbers: what byte products of
   * processors, and other engines in int8, are fast at.
   */
  W8A8(Byte.BYTES);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** The name in files and options. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of a weight. */
  public int bytes() {
    return bytes;
  }
}
