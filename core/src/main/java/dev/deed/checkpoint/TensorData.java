package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The bytes of a tensor, wherever they lie. Safe for use from many threads. */
public interface TensorData {
  long size();

  /**
   * Copies the bytes from {@code position} on, as many as {@code target} holds. Data that is
   * converted on the way is read in whole elements.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   * @throws InputException when they come from a file that cannot be read any more
   */
  void read(long position, MemorySegment target);

  /** Bytes in memory; not copied. */
  static TensorData of(MemorySegment segment) {
    return new TensorData() {
      @Override
      public long size() {
        return segment.byteSize();
      }

      @Override
      public void read(long position, MemorySegment target) {
        Objects.checkFromIndexSize(position, target.byteSize(), segment.byteSize());
        MemorySegment.copy(segment, position, target, 0, target.byteSize());
      }
    };
  }

  /** Numbers of an array as fp32, little-endian; not copied. Read in whole elements. */
  static TensorData of(float[] values) {
    return new TensorData() {
      @Override
      public long size() {
        return (long) values.length * Float.BYTES;
      }

      @Override
      public void read(long position, MemorySegment target) {
        int first = Math.toIntExact(position / Float.BYTES);
        int count = Math.toIntExact(target.byteSize() / Float.BYTES);
        MemorySegment.copy(values, first, target, Tensor.FLOAT, 0, count);
      }
    };
  }
}
