package dev.deed;

import dev.deed.tensor.Precision;

/** How weights are held in memory and multiplied. */
public enum WeightPrecision {
  /** IEEE 754 single precision. */
  FP32(Precision.FP32),
  /** The upper half of an fp32 number: half the memory. */
  BF16(Precision.BF16),
  /** Whole numbers of 8 bits with a scale for each output: a quarter of the memory. */
  INT8(Precision.INT8),
  /** As {@link #INT8}, with inputs rounded too: fast for long inputs and batches. */
  W8A8(Precision.W8A8);

  private final Precision held;

  WeightPrecision(Precision held) {
    this.held = held;
  }

  /** The name in files and options. */
  public String label() {
    return held.label();
  }

  Precision held() {
    return held;
  }
}
