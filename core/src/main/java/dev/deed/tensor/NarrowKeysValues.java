package dev.deed.tensor;

/**
 * Keys and values of one encoder output in one layer, rounded to int8 for drafts, with a scale for
 * each head of a position: attention over a long source waits for memory, and this is a quarter.
 *
 * <p>Keys lie in blocks of {@value #BLOCK} positions, [head][block][head width][{@value #BLOCK}],
 * values [head][position][row], a row being the head's width rounded up to {@value #ROW_UNIT}, with
 * zeros behind. Not safe for use from many threads while it is being written.
 */
public final class NarrowKeysValues {
  /** Positions side by side in a key block: a line of the cache. */
  public static final int BLOCK = 64;

  /** Values of the widest vector. */
  private static final int ROW_UNIT = 16;

  /** Bytes behind the last one that a kernel may read. */
  private static final int SPARE = 16;

  private final int heads;
  private final int headWidth;
  private final int length;
  private final int capacity;
  private final int rowBytes;
  private final byte[] keys;
  private final byte[] values;
  private final float[] keyScales;
  private final float[] valueScales;

  /**
   * All zeros.
   *
   * @param length positions
   */
  public NarrowKeysValues(int heads, int headWidth, int length) {
    this.heads = heads;
    this.headWidth = headWidth;
    this.length = length;
    this.capacity = Math.multiplyExact(Math.ceilDiv(length, BLOCK), BLOCK);
    this.rowBytes = Math.ceilDiv(headWidth, ROW_UNIT) * ROW_UNIT;
    int rows = Math.multiplyExact(heads, capacity);
    this.keys = new byte[Math.addExact(Math.multiplyExact(rows, headWidth), SPARE)];
    this.values = new byte[Math.addExact(Math.multiplyExact(rows, rowBytes), SPARE)];
    this.keyScales = new float[rows];
    this.valueScales = new float[rows];
  }

  public int heads() {
    return heads;
  }

  public int headWidth() {
    return headWidth;
  }

  public int length() {
    return length;
  }

  /** Bytes from a position's values to the next one's. */
  public int rowBytes() {
    return rowBytes;
  }

  /** Laid out as {@link #keyIndex} says. */
  public byte[] keys() {
    return keys;
  }

  /** Laid out as {@link #valueIndex} says. */
  public byte[] values() {
    return values;
  }

  /** What keys are to be multiplied by; see {@link #scaleIndex}. */
  public float[] keyScales() {
    return keyScales;
  }

  /** What values are to be multiplied by; see {@link #scaleIndex}. */
  public float[] valueScales() {
    return valueScales;
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
