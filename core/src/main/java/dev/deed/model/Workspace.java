package dev.deed.model;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.tensor.KeyValueCache;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of one generation, kept from step to step and grown when a block needs more. Not safe for
 * use from many threads.
 */
public final class Workspace {
  /** What a buffer is for; two purposes never share memory. */
  public enum Purpose {
    BLOCK,
    NORMED,
    PROJECTED,
    KEYS_VALUES,
    ATTENDED,
    BLOCK_OUTPUT,
    INNER,
    GATE,
    EXIT_HIDDEN,
    HEAD,
    ADAPTER
  }

  private final IntFunction<float[]> arrays;
  private final Map<Purpose, float[]> buffers = new EnumMap<>(Purpose.class);
  private @Nullable KeyValueCache cache;

  public Workspace() {
    this(float[]::new);
  }

  /**
   * With memory that others use before and after.
   *
   * @param arrays gives arrays of at least as many values as it is asked for, with anything in them
   */
  public Workspace(IntFunction<float[]> arrays) {
    this.arrays = arrays;
  }

  /** A buffer of at least {@code size} values with leftovers in it. */
  public float[] get(Purpose purpose, int size) {
    float[] buffer = buffers.get(purpose);
    if (buffer == null || buffer.length < size) {
      buffer = arrays.apply(Math.max(size, buffer == null ? 0 : 2 * buffer.length));
      buffers.put(purpose, buffer);
    }
    return buffer;
  }

  /**
   * An empty cache of keys and values for attention that ends before the next call, which takes the
   * memory back.
   *
   * @param positions for which there is room at once, the first time
   */
  public KeyValueCache emptyCache(AttentionSpec spec, int positions) {
    KeyValueCache kept = cache;
    if (kept == null
        || kept.heads() != spec.keyValueHeads()
        || kept.headWidth() != spec.headWidth()) {
      kept =
          new KeyValueCache(
              spec.keyValueHeads(), spec.headWidth(), positions, Integer.MAX_VALUE, arrays);
      cache = kept;
    }
    kept.truncate(0);
    return kept;
  }
}
