package dev.deed.tensor.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the matrices of a model, one behind the other in large pages (2 MB) where the system
 * gives them: of pages of 4 kB a processor remembers too few, so that each one of a model takes it
 * a walk through tables in memory besides. A token of T5-base in fp32 took 1.3 times as long in
 * small pages while other guests kept the host busy, 1.01 times on a quiet one
 * (lab/results/speed.md, "Memory and garbage").
 *
 * <p>Needs Linux and {@code --enable-native-access}; without, memory is that of {@link
 * Arena#ofAuto}. Memory is given back when no matrix in it is reachable, nor this. Safe for use
 * from many threads.
 */
public final class WeightMemory implements SegmentAllocator {
  /** Bytes that are asked for at a time; what is not used of them takes no memory. */
  private static final long CHUNK = 32 * LargePages.SIZE;

  private static final @Nullable LargePages SYSTEM = LargePages.ofSystem();

  private final @Nullable LargePages pages;
  private MemorySegment free = MemorySegment.NULL;

  public WeightMemory() {
    this(SYSTEM);
  }

  WeightMemory(@Nullable LargePages pages) {
    this.pages = pages;
  }

  /**
   * Zeros.
   *
   * @throws OutOfMemoryError when there is no room
   */
  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    MemorySegment memory = pages == null ? null : slice(pages, bytes, alignment);
    return memory == null ? Arena.ofAuto().allocate(bytes, alignment) : memory;
  }

  private synchronized @Nullable MemorySegment slice(
      LargePages system, long bytes, long alignment) {
    long start = -free.address() & alignment - 1;
    if (free.byteSize() - start < bytes) {
      long whole = Math.addExact(bytes, LargePages.SIZE - 1) & -LargePages.SIZE;
      MemorySegment mapped = system.map(Math.max(whole, CHUNK));
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
}
