package dev.deed.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The bytes of a tensor, wherever they lie. Safe for use from many threads. */
public interface TensorData {
  /** Number of bytes. */
  long size();

  /**
   * Copies the bytes from {@code position} on, as many as {@code target} holds.
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
}
