package dev.deed;

import dev.deed.tensor.Precision;

/** How a model holds its weights in memory and multiplies with them. Immutable. */
public enum WeightPrecision {
  /** IEEE 754 single precision: 4 bytes a weight. */
  FP32(Precision.FP32),
  /** The upper half of an fp32 number, rounded to nearest: 2 bytes a weight. Sums are fp32. */
  BF16(Precision.BF16),
  /**
   * Whole numbers −127…127 with an fp32 scale for each output: 1 byte a weight. Inputs and sums are
   * fp32.
   */
  INT8(Precision.INT8),
  /**
   * Weights as in {@link #INT8}. Inputs are rounded to 8 bits too, so that sums are whole numbers:
   * fast for long inputs and batches.
   */
  W8A8(Precision.W8A8);

  private final Precision held;

  WeightPrecision(Precision held) {
    this.held = held;
  }

  /** {@return the name in files and options, such as {@code bf16}} */
  public String label() {
    return held.label();
  }

  Precision held() {
    return held;
  }
}
