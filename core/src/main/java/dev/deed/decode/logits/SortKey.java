package dev.deed.decode.logits;

/** Numbers that sort ascending by a value, and by an order among equal values. */
final class SortKey {
  private SortKey() {}

  /**
   * @param order counts as unsigned
   */
  static long of(float value, int order) {
    // Adding 0 makes −0 the same as 0.
    int bits = Float.floatToIntBits(value + 0f);
    int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ordered << Integer.SIZE) | Integer.toUnsignedLong(order);
  }

  /** Whether two keys were made of the same value. */
  static boolean sameValue(long a, long b) {
    return a >> Integer.SIZE == b >> Integer.SIZE;
  }

  static int order(long key) {
    return (int) key;
  }
}
