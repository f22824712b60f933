package dev.deed.tensor;

/** What a cache of keys and values holds, position by position. */
public final class CacheContents {
  private CacheContents() {}

  /** Copies the key of a position, of the cache's width, to {@code target}. */
  public static void copyKey(KeyValueCache cache, int position, float[] target, int offset) {
    for (int i = 0; i < cache.width(); i++) {
      int first = cache.keyIndex(i / cache.headWidth(), position);
      target[offset + i] = cache.keys()[first + i % cache.headWidth() * KeyValueCache.BLOCK];
    }
  }

  /** Copies the value of a position, of the cache's width, to {@code target}. */
  public static void copyValue(KeyValueCache cache, int position, float[] target, int offset) {
    for (int i = 0; i < cache.width(); i++) {
      int first = cache.valueIndex(i / cache.headWidth(), position);
      target[offset + i] = cache.values()[first + i % cache.headWidth()];
    }
  }
}
