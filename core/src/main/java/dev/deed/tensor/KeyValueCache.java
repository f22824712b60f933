package dev.deed.tensor;

import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Keys and values of one sequence in one layer.
 *
 * <p>Each head's lie together, so that attention reads memory straight on. Keys lie in blocks of
 * {@value #BLOCK} positions, [head][block][head width][{@value #BLOCK}], so that scores vectorise
 * over positions whatever the width of a head; values lie [head][position][head width], so that
 * their weighted sum vectorises over the width. Not safe for use from many threads while it is
 * being changed, but for {@link #write}; reading attention over an unchanging cache is.
 */
public final class KeyValueCache {
  /** Positions side by side in a key block: four vectors of 512 bits, as many as a tile takes. */
  public static final int BLOCK = 64;

  private static final int SPARE_VALUES = 32;

  private final int heads;
  private final int headWidth;
  private final int mostPositions;
  private final IntFunction<float[]> arrays;
  private int length;
  private Memory memory;

  /** Keys and values of all caches that were forked from one another and have not parted since. */
  private static final class Memory {
    /** Positions, whole blocks. */
    final int capacity;

    final float[] keys;
    final float[] values;

    /** Positions in use by any cache. */
    int used;

    boolean shared;

    Memory(int width, int capacity, IntFunction<float[]> arrays) {
      this.capacity = capacity;
      int size = Math.multiplyExact(capacity, width);
      this.keys = arrays.apply(size);
      this.values = arrays.apply(Math.addExact(size, SPARE_VALUES));
    }
  }

  /** An empty cache in memory of its own; see the other constructor. */
  public KeyValueCache(int heads, int headWidth, int initialCapacity) {
    this(heads, headWidth, initialCapacity, Integer.MAX_VALUE, float[]::new);
  }

  /**
   * An empty cache.
   *
   * @param headWidth values of a head in a key and in a value vector
   * @param initialCapacity positions for which memory is taken at once; the cache doubles when full
   * @param mostPositions that it will hold; what it has outgrown by then and what it has are
   *     together less than twice the memory of so many
   * @param arrays gives arrays of at least as many values as it is asked for, with anything in
   *     them; memory that parts from other forks' is the heap's instead, so that it is free when
   *     its cache is
   * @throws IllegalArgumentException if {@code heads} or {@code headWidth} is below 1 or {@code
   *     initialCapacity} below 0
   */
  public KeyValueCache(
      int heads,
      int headWidth,
      int initialCapacity,
      int mostPositions,
      IntFunction<float[]> arrays) {
    if (heads < 1 || headWidth < 1 || initialCapacity < 0) {
      throw new IllegalArgumentException(
          "no cache of %d heads of width %d for %d positions"
              .formatted(heads, headWidth, initialCapacity));
    }
    this.heads = heads;
    this.headWidth = headWidth;
    this.mostPositions = mostPositions;
    this.arrays = arrays;
    this.memory = new Memory(width(), roundUp(initialCapacity), arrays);
  }

  private KeyValueCache(KeyValueCache other) {
    this.heads = other.heads;
    this.headWidth = other.headWidth;
    this.mostPositions = other.mostPositions;
    this.arrays = other.arrays;
    this.length = other.length;
    this.memory = other.memory;
    memory.shared = true;
  }

  public int heads() {
    return heads;
  }

  public int headWidth() {
    return headWidth;
  }

  /** Values per key and per value vector: heads · head width. */
  public int width() {
    return Math.multiplyExact(heads, headWidth);
  }

  public int length() {
    return length;
  }

  /** Bytes of a cache that has room for so many positions and no more. */
  public static long bytes(int width, int positions) {
    long values = 2L * width * roundUp(positions) + SPARE_VALUES;
    return Float.BYTES * values;
  }

  /**
   * Appends positions whose keys and values are still to be written. Of forks, this settles which
   * one goes on in the common memory, so that each of them may then be written by another thread.
   *
   * @return the first new position
   * @throws IllegalArgumentException if {@code rows} is below 0
   */
  public int extend(int rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("a cache cannot grow by " + rows);
    }
    int first = length;
    if (rows == 0) {
      return first;
    }
    reserve(Math.addExact(length, rows));
    length += rows;
    memory.used = length;
    return first;
  }

  /**
   * Writes keys and values of positions that {@link #extend} appended; several threads may, each
   * positions of its own.
   *
   * @param first the first of them
   * @param newKeys [rows, width]
   * @param newValues [rows, width], as many
   * @throws IndexOutOfBoundsException if an array is too short, or there are no such positions
   * @throws IllegalArgumentException if keys and values differ in number
   */
  public void write(int first, FloatRows newKeys, FloatRows newValues) {
    int rows = newKeys.count();
    if (newValues.count() != rows) {
      throw new IllegalArgumentException(
          "%d keys have no %d values".formatted(rows, newValues.count()));
    }
    newKeys.checkBounds(width());
    newValues.checkBounds(width());
    Objects.checkFromIndexSize(first, rows, length);
    float[] source = newKeys.values();
    for (int head = 0; head < heads; head++) {
      for (int r = 0; r < rows; r++) {
        int key = keyIndex(head, first + r);
        int from = newKeys.at(r) + head * headWidth;
        for (int i = 0; i < headWidth; i++) {
          memory.keys[key + i * BLOCK] = source[from + i];
        }
        System.arraycopy(
            newValues.values(),
            newValues.at(r) + head * headWidth,
            memory.values,
            valueIndex(head, first + r),
            headWidth);
      }
    }
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

  /**
   * A cache of the same content; what is done to one of them is not seen in the other. Takes no
   * time: see above for when memory is copied.
   */
  public KeyValueCache fork() {
    return new KeyValueCache(this);
  }

  /** Laid out as {@link #keyIndex} says; positions from {@link #length()} on hold leftovers. */
  public float[] keys() {
    return memory.keys;
  }

  /**
   * Laid out as {@link #valueIndex} says, followed by {@value #SPARE_VALUES} more values, so that
   * two whole vectors may be read where the last position begins.
   */
  public float[] values() {
    return memory.values;
  }

  /**
   * Where the key of a position begins; its values are {@value #BLOCK} apart, those of the next
   * positions of a block lie between them.
   */
  public int keyIndex(int head, int position) {
    return (head * memory.capacity + position / BLOCK * BLOCK) * headWidth + position % BLOCK;
  }

  /** Where the value vector of a position begins; that of the next position follows it. */
  public int valueIndex(int head, int position) {
    return (head * memory.capacity + position) * headWidth;
  }

  /** Makes sure that the memory from {@link #length} to {@code positions} is this cache's own. */
  private void reserve(int positions) {
    int capacity = memory.capacity;
    boolean taken = memory.shared && memory.used > length;
    if (positions <= capacity && !taken) {
      return;
    }
    int largest = (Integer.MAX_VALUE / 2) / width();
    int larger =
        positions <= capacity
            ? capacity
            : roundUp((int) Math.max(positions, Math.min(next(capacity), largest)));
    // Whoever gives arrays gets them back at the end alone, and forks come and go until then.
    Memory next = new Memory(width(), larger, memory.shared ? float[]::new : arrays);
    for (int head = 0; head < heads; head++) {
      int from = head * capacity * headWidth;
      int to = head * larger * headWidth;
      System.arraycopy(memory.keys, from, next.keys, to, roundUp(length) * headWidth);
      System.arraycopy(memory.values, from, next.values, to, length * headWidth);
    }
    next.used = length;
    memory = next;
  }

  /** Twice as much, or all that will ever be needed where that is not much more. */
  private long next(int capacity) {
    return 4L * capacity > mostPositions ? Math.min(4L * capacity, mostPositions) : 2L * capacity;
  }

  private static int roundUp(int positions) {
    return Math.multiplyExact((int) ((positions + BLOCK - 1L) / BLOCK), BLOCK);
  }
}
