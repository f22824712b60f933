package dev.deed.tensor.memory;

/** An array for each thread that asks, kept between products and grown as needed. */
public final class ThreadBuffer {
  private final ThreadLocal<float[]> buffers = ThreadLocal.withInitial(() -> new float[0]);

  /** At least {@code size} values with leftovers in them, until this thread asks again. */
  public float[] get(int size) {
    float[] buffer = buffers.get();
    if (buffer.length < size) {
      buffer = new float[Math.max(size, 2 * buffer.length)];
      buffers.set(buffer);
    }
    return buffer;
  }
}
