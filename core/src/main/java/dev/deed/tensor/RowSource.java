package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Gives rows of a weight block, so that weights stored in any precision, or changed on the way (a
 * folded batch norm), can be packed without a second copy of the whole block. Asked by several
 * threads at once.
 */
@FunctionalInterface
public interface RowSource {
  /**
   * Writes {@code count} rows, one after another, to {@code target[0..count·inputs-1]}.
   *
   * @param first number of the first row, from 0
   */
  void rows(int first, int count, float[] target);

  /**
   * Rows of a heap array.
   *
   * @param rowMajor weights [outputs, inputs], row-major
   */
  static RowSource of(float[] rowMajor, int inputs) {
    return (first, count, target) ->
        System.arraycopy(rowMajor, first * inputs, target, 0, count * inputs);
  }

  /**
   * Rows of a little-endian fp32 block in memory. The block needs no alignment.
   *
   * @param rowMajor weights [outputs, inputs], row-major
   */
  static RowSource of(MemorySegment rowMajor, int inputs) {
    ValueLayout.OfFloat layout =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    long rowBytes = (long) inputs * Float.BYTES;
    return (first, count, target) ->
        MemorySegment.copy(rowMajor, layout, first * rowBytes, target, 0, count * inputs);
  }
}
