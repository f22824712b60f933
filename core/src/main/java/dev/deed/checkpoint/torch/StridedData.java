package dev.deed.checkpoint.torch;

import dev.deed.checkpoint.OpenFile;
import dev.deed.checkpoint.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * A view that is no plain range of its storage, put in row-major order as it is read.
 *
 * @param begin where in the file the first element lies
 * @param span bytes from there to behind the last element; whoever makes it has checked that every
 *     element lies within
 * @param bytes size of an element
 */
record StridedData(
    OpenFile file,
    long begin,
    long span,
    int bytes,
    List<Integer> shape,
    List<Long> strides,
    long elements)
    implements TensorData {
  @Override
  public long size() {
    return elements * bytes;
  }

  /** As it says there; both position and length must be multiples of the element's size. */
  @Override
  public void read(long position, MemorySegment target) {
    if (position % bytes != 0 || target.byteSize() % bytes != 0) {
      throw new IllegalArgumentException("a strided view is read in whole elements");
    }
    Objects.checkFromIndexSize(position, target.byteSize(), size());
    int[] index = new int[shape.size()];
    long from = seek(position / bytes, index);
    // Mapped for this read only: a hostile file may have more such tensors than maps are allowed.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = file.map(begin, span, arena);
      for (long to = 0; to < target.byteSize(); to += bytes) {
        MemorySegment.copy(mapped, from * bytes, target, to, bytes);
        from = advance(index, from);
      }
    }
  }

  /** Sets the index of an element counted in row-major order; returns where it lies. */
  private long seek(long element, int[] index) {
    long at = 0;
    long rest = element;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = (int) (rest % shape.get(d));
      rest /= shape.get(d);
      at += index[d] * strides.get(d);
    }
    return at;
  }

  private long advance(int[] index, long at) {
    long next = at;
    for (int d = index.length - 1; d >= 0; d--) {
      next += strides.get(d);
      if (++index[d] < shape.get(d)) {
        return next;
      }
      next -= index[d] * strides.get(d);
      index[d] = 0;
    }
    return next;
  }
}
