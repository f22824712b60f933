package dev.deed.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the matrices of a model, one behind the other in large pages (2 MB) where the system
 * gives them: of pages of 4 kB a processor remembers too few, so that each one of a model takes it
 * a walk through tables in memory besides. A token of T5-base in fp32 took 1.3 times as long in
 * small pages while other guests kept the host busy, 1.01 times on a quiet one
 * (lab/results/speed.md, "Memory and garbage").
 *
 * <p>Needs Linux and {@code --enable-native-access}; without, memory is that of {@link
 * Arena#ofAuto}. Safe for use from many threads.
 */
public final class WeightMemory implements Arena {
  /** Bytes that are asked for at a time; what is not used of them takes no memory. */
  private static final long CHUNK = 32 * LargePages.SIZE;

  private static final @Nullable LargePages SYSTEM = LargePages.ofSystem();

  private final Arena arena;
  private final @Nullable LargePages pages;
  private MemorySegment free = MemorySegment.NULL;

  /** Given back by the garbage collector, some time after no matrix in it is reachable. */
  public WeightMemory() {
    this(SYSTEM);
  }

  WeightMemory(@Nullable LargePages pages) {
    this(Arena.ofAuto(), pages);
  }

  private WeightMemory(Arena arena, @Nullable LargePages pages) {
    this.arena = arena;
    this.pages = pages;
  }

  /**
   * Given back at once when it is closed. Whoever closes it sees to it that nobody works with a
   * matrix in it: a product fails then.
   */
  public static WeightMemory closeable() {
    return closeable(SYSTEM);
  }

  @SuppressWarnings("MustBeClosedChecker") // closed with what is returned
  static WeightMemory closeable(@Nullable LargePages pages) {
    return new WeightMemory(Arena.ofShared(), pages);
  }

  /**
   * Zeros.
   *
   * @throws OutOfMemoryError when there is no room
   * @throws IllegalStateException when it is closed
   */
  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the model is closed");
    }
    MemorySegment memory = pages == null ? null : slice(pages, bytes, alignment);
    return memory == null ? arena.allocate(bytes, alignment) : memory;
  }

  private synchronized @Nullable MemorySegment slice(
      LargePages system, long bytes, long alignment) {
    long start = -free.address() & alignment - 1;
    if (free.byteSize() - start < bytes) {
      long whole = Math.addExact(bytes, LargePages.SIZE - 1) & -LargePages.SIZE;
      MemorySegment mapped = system.map(Math.max(whole, CHUNK), arena);
      if (mapped == null) {
        return null;
      }
      if (mapped.byteSize() - bytes < free.byteSize()) {
        return mapped.asSlice(0, bytes);
      }
      free = mapped;
      start = 0;
    }
    MemorySegment memory = free.asSlice(start, bytes);
    free = free.asSlice(start + bytes);
    return memory;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  /**
   * @throws UnsupportedOperationException when the garbage collector gives it back
   * @throws IllegalStateException when it is closed already, or native code works with it
   */
  @Override
  public void close() {
    arena.close();
  }
}
