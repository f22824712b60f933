package dev.deed.tensor;

import java.util.Objects;

/**
 * Keys and values of one sequence in one layer.
 *
 * <p>Keys lie in blocks of {@value #BLOCK} positions, [block][width][{@value #BLOCK}], so that
 * attention scores vectorise over positions whatever the width of a head; values lie [position]
 * [width], so that their weighted sum vectorises over the width. Not safe for use from many threads
 * while it is being changed; reading attention over an unchanging cache is.
 */
public final class KeyValueCache {
  /** Positions side by side in a key block: one vector of 512 bits. */
  static final int BLOCK = 16;

  private static final int SPARE_VALUES = 2 * BLOCK;

  private final int width;
  private int length;
  private Memory memory;

  /** Keys and values of all caches that were forked from one another and have not parted since. */
  private static final class Memory {
    final float[] keys;
    final float[] values;

    /** Positions in use by any cache. */
    int used;

    boolean shared;

    Memory(float[] keys, float[] values, int used) {
      this.keys = keys;
      this.values = values;
      this.used = used;
    }
  }

  /**
   * An empty cache.
   *
   * @param width values per key and per value vector: heads × head width
   * @param initialCapacity positions for which memory is taken at once; the cache doubles when full
   * @throws IllegalArgumentException if {@code width} is below 1 or {@code initialCapacity} below 0
   */
  public KeyValueCache(int width, int initialCapacity) {
    if (width < 1 || initialCapacity < 0) {
      throw new IllegalArgumentException(
          "no cache of width %d for %d positions".formatted(width, initialCapacity));
    }
    this.width = width;
    int capacity = roundUp(initialCapacity);
    this.memory =
        new Memory(
            new float[Math.multiplyExact(capacity, width)], new float[valuesLength(capacity)], 0);
  }

  private KeyValueCache(KeyValueCache other) {
    this.width = other.width;
    this.length = other.length;
    this.memory = other.memory;
    memory.shared = true;
  }

  /** Values per key and per value vector. */
  public int width() {
    return width;
  }

  /** Number of positions held. */
  public int length() {
    return length;
  }

  /** Memory held, in bytes, spare capacity and what others share included. */
  public long bytes() {
    return (long) Float.BYTES * (memory.keys.length + memory.values.length);
  }

  /**
   * Appends positions.
   *
   * @param newKeys [rows, width] from {@code keyOffset}, {@code keyStride} apart
   * @param newValues [rows, width] from {@code valueOffset}, {@code valueStride} apart
   * @throws IndexOutOfBoundsException if an array is too short; nothing is appended then
   */
  public void append(
      float[] newKeys,
      int keyOffset,
      int keyStride,
      float[] newValues,
      int valueOffset,
      int valueStride,
      int rows) {
    if (rows <= 0) {
      return;
    }
    Objects.checkFromIndexSize(keyOffset, (rows - 1L) * keyStride + width, newKeys.length);
    Objects.checkFromIndexSize(valueOffset, (rows - 1L) * valueStride + width, newValues.length);
    reserve(Math.addExact(length, rows));
    float[] keys = memory.keys;
    float[] values = memory.values;
    for (int r = 0; r < rows; r++) {
      int position = length + r;
      int key = keyIndex(position);
      int from = keyOffset + r * keyStride;
      for (int i = 0; i < width; i++) {
        keys[key + i * BLOCK] = newKeys[from + i];
      }
      System.arraycopy(newValues, valueOffset + r * valueStride, values, position * width, width);
    }
    length += rows;
    memory.used = length;
  }

  /**
   * Forgets all positions from {@code newLength} on.
   *
   * @throws IllegalArgumentException if {@code newLength} is not in 0…{@link #length()}
   */
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "a cache of %d positions cannot be cut to %d".formatted(length, newLength));
    }
    length = newLength;
  }

  /** Copies the key of a position, of length {@link #width()}, to {@code target}. */
  public void copyKey(int position, float[] target, int offset) {
    Objects.checkIndex(position, length);
    Objects.checkFromIndexSize(offset, width, target.length);
    int key = keyIndex(position);
    for (int i = 0; i < width; i++) {
      target[offset + i] = memory.keys[key + i * BLOCK];
    }
  }

  /** Copies the value of a position, of length {@link #width()}, to {@code target}. */
  public void copyValue(int position, float[] target, int offset) {
    Objects.checkIndex(position, length);
    System.arraycopy(memory.values, position * width, target, offset, width);
  }

  /**
   * A cache of the same content; what is done to one of them is not seen in the other. Takes no
   * time: see above for when memory is copied.
   */
  public KeyValueCache fork() {
    return new KeyValueCache(this);
  }

  /** [block][width][{@value #BLOCK}]; positions from {@link #length()} on hold leftovers. */
  float[] keys() {
    return memory.keys;
  }

  /**
   * [position][width], followed by {@value #SPARE_VALUES} more values, so that two whole vectors
   * may be read where the last head begins.
   */
  float[] values() {
    return memory.values;
  }

  /** Makes sure that the memory from {@link #length} to {@code positions} is this cache's own. */
  private void reserve(int positions) {
    int capacity = memory.keys.length / width;
    boolean taken = memory.shared && memory.used > length;
    if (positions <= capacity && !taken) {
      return;
    }
    int larger =
        positions <= capacity
            ? capacity
            : roundUp((int) Math.max(positions, Math.min(2L * capacity, largestCapacity())));
    float[] keys = new float[Math.multiplyExact(larger, width)];
    float[] values = new float[valuesLength(larger)];
    System.arraycopy(memory.keys, 0, keys, 0, roundUp(length) * width);
    System.arraycopy(memory.values, 0, values, 0, length * width);
    memory = new Memory(keys, values, length);
  }

  private int keyIndex(int position) {
    return position / BLOCK * BLOCK * width + position % BLOCK;
  }

  private int largestCapacity() {
    return (Integer.MAX_VALUE / 2) / width;
  }

  private int valuesLength(int capacity) {
    return Math.addExact(Math.multiplyExact(capacity, width), SPARE_VALUES);
  }

  private static int roundUp(int positions) {
    return Math.multiplyExact((int) ((positions + BLOCK - 1L) / BLOCK), BLOCK);
  }
}
