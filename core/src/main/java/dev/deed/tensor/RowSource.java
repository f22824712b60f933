package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Gives the rows of a weight block one by one, so that weights stored in any precision, or changed
 * on the way (a folded batch norm), can be packed without a second copy of the whole block.
 */
@FunctionalInterface
public interface RowSource {
  /**
   * Writes row {@code row} to {@code target[0..inputs-1]}.
   *
   * @param row number of the row, from 0; asked for in ascending order
   */
  void row(int row, float[] target);

  /**
   * Rows of a heap array.
   *
   * @param rowMajor weights [outputs, inputs], row-major
   */
  static RowSource of(float[] rowMajor, int inputs) {
    return (row, target) -> System.arraycopy(rowMajor, row * inputs, target, 0, inputs);
  }

  /**
   * Rows of a little-endian fp32 block in memory, such as a tensor of a mapped file. The block
   * needs no alignment.
   *
   * @param rowMajor weights [outputs, inputs], row-major
   */
  static RowSource of(MemorySegment rowMajor, int inputs) {
    ValueLayout.OfFloat layout =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    long rowBytes = (long) inputs * Float.BYTES;
    return (row, target) -> MemorySegment.copy(rowMajor, layout, row * rowBytes, target, 0, inputs);
  }
}
