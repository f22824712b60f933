package dev.deed.model;

import java.util.EnumMap;
import java.util.Map;

/**
 * Buffers of one generation, kept from step to step and grown when a block needs more. Not safe for
 * use from many threads.
 */
public final class Workspace {
  /** What a buffer is for; two purposes never share memory. */
  enum Purpose {
    NORMED,
    PROJECTED,
    SELF_BIAS,
    ATTENDED,
    BLOCK_OUTPUT,
    INNER,
    GATE,
    EXIT_HIDDEN,
    HEAD,
    ADAPTER
  }

  private final Map<Purpose, float[]> buffers = new EnumMap<>(Purpose.class);

  /** A buffer of at least {@code size} values with leftovers in it. */
  float[] get(Purpose purpose, int size) {
    float[] buffer = buffers.get(purpose);
    if (buffer == null || buffer.length < size) {
      buffer = new float[Math.max(size, buffer == null ? 0 : 2 * buffer.length)];
      buffers.put(purpose, buffer);
    }
    return buffer;
  }
}
