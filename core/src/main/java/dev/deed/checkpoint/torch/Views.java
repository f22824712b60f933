package dev.deed.checkpoint.torch;

import dev.deed.checkpoint.OpenFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.value.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** Turns views of storages into tensors, after checking that every element lies in its storage. */
record Views(OpenFile file) {
  /**
   * The tensor of a view.
   *
   * @param place the storage within the file
   * @throws InputException when the view reaches beyond the storage
   */
  Tensor tensor(String name, Value.View view, ZipDirectory.Place place) {
    int bytes = view.type().bytes();
    long elements;
    long last;
    try {
      elements = elements(view.shape());
      last = elements == 0 ? view.offset() - 1 : lastElement(view);
      Math.multiplyExact(elements, bytes);
    } catch (ArithmeticException e) {
      throw broken(name, "has a size or strides beyond 64 bits");
    }
    if (elements == 0) {
      return new Tensor(name, view.type(), view.shape(), TensorData.of(MemorySegment.NULL));
    }
    if (last >= place.size() / bytes) {
      throw broken(name, "reaches to element " + last + " of a storage of " + place.size() / bytes);
    }
    long begin = place.begin() + view.offset() * bytes;
    long span = (last + 1 - view.offset()) * bytes;
    TensorData data =
        contiguous(view)
            ? file.region(begin, span)
            : new StridedData(file, begin, span, bytes, view.shape(), view.strides(), elements);
    return new Tensor(name, view.type(), view.shape(), data);
  }

  private static long elements(List<Integer> shape) {
    // A zero anywhere makes it empty, however large the other sizes are.
    if (shape.contains(0)) {
      return 0;
    }
    long elements = 1;
    for (int size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  private static long lastElement(Value.View view) {
    long last = view.offset();
    for (int d = 0; d < view.shape().size(); d++) {
      long reach = Math.multiplyExact(view.shape().get(d) - 1L, view.strides().get(d));
      last = Math.addExact(last, reach);
    }
    return last;
  }

  private static boolean contiguous(Value.View view) {
    long expected = 1;
    for (int d = view.shape().size() - 1; d >= 0; d--) {
      if (view.shape().get(d) != 1 && view.strides().get(d) != expected) {
        return false;
      }
      expected *= view.shape().get(d);
    }
    return true;
  }

  private InputException broken(String name, String why) {
    return new InputException(
        file.path() + ": tensor " + Rebuilding.shown(name),
        why,
        "the file is damaged, fetch it again");
  }

  /**
   * A view that is no plain range of its storage, put in row-major order as it is read.
   *
   * @param begin where in the file the first element lies
   * @param span bytes from there to behind the last element; whoever makes it has checked that
   *     every element lies within
   * @param bytes size of an element
   */
  private record StridedData(
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
}
