package dev.deed.tensor.matrix;

import dev.deed.tensor.WeightMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix as it lies in memory: [panel][input][{@value #WIDTH}], the last panel padded with
 * zeros, aligned to 64 bytes.
 *
 * @param precision of the weights
 * @param memory of all panels
 * @param scales [outputs padded to whole panels], what a sum is multiplied by; null for none
 * @param outputs rows of the matrix
 * @param inputs columns of the matrix
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Panels(
    WeightPrecision precision,
    MemorySegment memory,
    float @Nullable [] scales,
    int outputs,
    int inputs) {
  /** Outputs side by side in a panel: two vectors of 512 bits. */
  public static final int WIDTH = 32;

  /** Bytes to which panels and whatever an engine is given are aligned: a cache line. */
  public static final long ALIGNMENT = 64;

  static int count(int outputs) {
    return Math.toIntExact((outputs + WIDTH - 1L) / WIDTH);
  }

  /** Index, in weights, of the weight of an output for input 0; the next is a panel's width on. */
  public long index(int output) {
    return (long) (output / WIDTH) * inputs * WIDTH + output % WIDTH;
  }

  /** The weight of an output for an input, not scaled yet. */
  public float weight(int output, int input) {
    long index = index(output) + (long) input * WIDTH;
    return switch (precision) {
      case FP32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case BF16 ->
          Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index) << Short.SIZE);
      case INT8, W8A8 -> memory.getAtIndex(ValueLayout.JAVA_BYTE, index);
    };
  }

  /** The scales of a precision that has them. */
  public float[] int8Scales() {
    return Objects.requireNonNull(scales);
  }

  /** Copies row {@code output}, scaled; see {@link WeightMatrix#copyRow}. */
  public void copyRow(int output, float[] target, int offset) {
    Objects.checkIndex(output, outputs);
    Objects.checkFromIndexSize(offset, inputs, target.length);
    for (int k = 0; k < inputs; k++) {
      float weight = weight(output, k);
      target[offset + k] = scales == null ? weight : weight * scales[output];
    }
  }
}
