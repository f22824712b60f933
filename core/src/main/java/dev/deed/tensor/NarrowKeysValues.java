package dev.deed.tensor;

/**
 * Keys and values of one encoder output in one layer, rounded to int8 for drafts, with a scale for
 * each head of a position: attention over a long source waits for memory, and this is a quarter.
 *
 * <p>Keys lie in blocks of {@value #BLOCK} positions, [head][block][head width][{@value #BLOCK}],
 * values [head][position][row], a row being the head's width rounded up to {@value #ROW_UNIT}, with
 * zeros behind. Not safe for use from many threads while it is being written.
 *
 * @param length positions
 * @param capacity the same, whole blocks
 * @param rowBytes from a position's values to the next one's
 * @param keys laid out as {@link #keyIndex} says
 * @param values laid out as {@link #valueIndex} says
 * @param keyScales what keys are to be multiplied by; see {@link #scaleIndex}
 * @param valueScales what values are to be multiplied by; see {@link #scaleIndex}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NarrowKeysValues(
    int heads,
    int headWidth,
    int length,
    int capacity,
    int rowBytes,
    byte[] keys,
    byte[] values,
    float[] keyScales,
    float[] valueScales) {
  /** Positions side by side in a key block: a line of the cache. */
  public static final int BLOCK = 64;

  /** Values of the widest vector. */
  private static final int ROW_UNIT = 16;

  /** Bytes behind the last one that a kernel may read. */
  private static final int SPARE = 16;

  /** All zeros, for so many positions. */
  public static NarrowKeysValues zeros(int heads, int headWidth, int length) {
    int capacity = Math.multiplyExact(Math.ceilDiv(length, BLOCK), BLOCK);
    int rowBytes = Math.ceilDiv(headWidth, ROW_UNIT) * ROW_UNIT;
    int rows = Math.multiplyExact(heads, capacity);
    return new NarrowKeysValues(
        heads,
        headWidth,
        length,
        capacity,
        rowBytes,
        new byte[Math.addExact(Math.multiplyExact(rows, headWidth), SPARE)],
        new byte[Math.addExact(Math.multiplyExact(rows, rowBytes), SPARE)],
        new float[rows],
        new float[rows]);
  }

  /** Bytes that a number of positions takes. */
  public static long bytes(int heads, int headWidth, int length) {
    long rows = (length + BLOCK - 1L) / BLOCK * BLOCK * heads;
    return rows * (headWidth + Math.ceilDiv(headWidth, ROW_UNIT) * ROW_UNIT + 2L * Float.BYTES)
        + 2 * SPARE;
  }

  /** Where the key of a position begins; its values are {@value #BLOCK} apart. */
  public int keyIndex(int head, int position) {
    return (head * capacity + position / BLOCK * BLOCK) * headWidth + position % BLOCK;
  }

  /** Where the values of a position begin. */
  public int valueIndex(int head, int position) {
    return (head * capacity + position) * rowBytes;
  }

  /** Where the scales of a position are; those of the next position follow. */
  public int scaleIndex(int head, int position) {
    return head * capacity + position;
  }
}
