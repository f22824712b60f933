package dev.deed.tensor;

import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * An array for each thread that asks, kept between products and grown as needed.
 *
 * @param <A> kind of array
 */
public final class ThreadBuffer<A> {
  private final IntFunction<A> make;
  private final ToIntFunction<A> length;
  private final ThreadLocal<A> buffers;

  private ThreadBuffer(IntFunction<A> make, ToIntFunction<A> length) {
    this.make = make;
    this.length = length;
    this.buffers = ThreadLocal.withInitial(() -> make.apply(0));
  }

  public static ThreadBuffer<float[]> ofFloats() {
    return new ThreadBuffer<>(float[]::new, array -> array.length);
  }

  public static ThreadBuffer<int[]> ofInts() {
    return new ThreadBuffer<>(int[]::new, array -> array.length);
  }

  public static ThreadBuffer<byte[]> ofBytes() {
    return new ThreadBuffer<>(byte[]::new, array -> array.length);
  }

  /** At least {@code size} values with leftovers in them, until this thread asks again. */
  public A get(int size) {
    A buffer = buffers.get();
    int present = length.applyAsInt(buffer);
    if (present < size) {
      buffer = make.apply(Math.max(size, 2 * present));
      buffers.set(buffer);
    }
    return buffer;
  }
}
