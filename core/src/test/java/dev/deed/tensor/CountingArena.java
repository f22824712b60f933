package dev.deed.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of the garbage collector's, of which all that is taken is counted.
 *
 * @param bytes taken so far
 */
public record CountingArena(Arena arena, AtomicLong bytes) implements Arena {
  public CountingArena() {
    this(Arena.ofAuto(), new AtomicLong());
  }

  @Override
  public MemorySegment allocate(long size, long alignment) {
    bytes.addAndGet(size);
    return arena.allocate(size, alignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
  }
}
