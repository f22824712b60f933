package dev.deed.tensor;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Large arrays that one generation after the other works with: keys, values and blocks of rows.
 * Fresh ones for each answer took T5-base in {@code w8a8} 5 to 10 % of its time, for garbage
 * collection. What no generation uses is given up when memory is short. Safe for use from many
 * threads.
 */
public final class ArrayPool {
  /** Smaller arrays cost less than looking for one. */
  private static final int LEAST = 256;

  /** An array may be longer than asked by one part in so many. */
  private static final int SLACK = 8;

  /** By length; the garbage collector may have taken them. */
  private final TreeMap<Integer, Deque<SoftReference<float[]>>> idle = new TreeMap<>();

  /** Values of arrays that are out. */
  private final AtomicLong taken = new AtomicLong();

  /** All arrays of one generation: they come back together, when nothing refers to them. */
  public final class Lease implements AutoCloseable, IntFunction<float[]> {
    private final List<float[]> mine = new ArrayList<>();

    private Lease() {}

    /** An array of at least {@code size} values with leftovers in them. */
    @Override
    public synchronized float[] apply(int size) {
      if (size < LEAST) {
        return new float[size];
      }
      float[] kept = poll(size);
      float[] array = kept == null ? new float[size] : kept;
      mine.add(array);
      taken.addAndGet(array.length);
      return array;
    }

    /** Gives all arrays back. Nothing may read or write them from now on. */
    @Override
    public synchronized void close() {
      // Cleared first: an array that came back twice would have two users.
      List<float[]> back = List.copyOf(mine);
      mine.clear();
      taken.addAndGet(-back.stream().mapToLong(array -> array.length).sum());
      giveBack(back);
    }
  }

  /** Values of the arrays that leases hold. */
  public long taken() {
    return taken.get();
  }

  public Lease lease() {
    return new Lease();
  }

  /** The shortest array that will do and is hardly longer than asked; null if there is none. */
  private synchronized float @Nullable [] poll(int size) {
    for (var entries = idle.tailMap(size).entrySet().iterator(); entries.hasNext(); ) {
      var entry = entries.next();
      if (entry.getKey() - size > size / SLACK) {
        return null;
      }
      float[] array = null;
      while (array == null && !entry.getValue().isEmpty()) {
        array = entry.getValue().pop().get();
      }
      if (entry.getValue().isEmpty()) {
        entries.remove();
      }
      if (array != null) {
        return array;
      }
    }
    return null;
  }

  private synchronized void giveBack(List<float[]> arrays) {
    for (float[] array : arrays) {
      idle.computeIfAbsent(array.length, _ -> new ArrayDeque<>()).push(new SoftReference<>(array));
    }
  }
}
