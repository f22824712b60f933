package dev.deed.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Memory off the heap to talk to native code, lent again and again: fresh memory would be filled
 * with zeros each time. It holds as many pieces as were ever in use at once, each as large as was
 * ever asked of it. Safe for use from many threads.
 */
public final class ScratchMemory {
  private static final long CACHE_LINE = 64;

  private final ConcurrentLinkedDeque<MemorySegment> pieces = new ConcurrentLinkedDeque<>();

  /** Lends at least {@code bytes} bytes for a call, aligned for engines; they hold anything. */
  public void lend(long bytes, Consumer<MemorySegment> use) {
    MemorySegment piece = pieces.pollFirst();
    if (piece == null || piece.byteSize() < bytes) {
      piece = Arena.ofAuto().allocate(bytes, CACHE_LINE);
    }
    try {
      use.accept(piece);
    } finally {
      pieces.addFirst(piece);
    }
  }
}
