package dev.deed.tensor.memory;

import dev.deed.tensor.packed.Panels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Memory off the heap that is used for a moment and again: fresh memory would be filled with zeros
 * each time. Holds as many pieces as were ever in use at once, each as large as was ever asked.
 */
public final class ScratchMemory {
  private final ConcurrentLinkedDeque<MemorySegment> pieces = new ConcurrentLinkedDeque<>();

  /** Lends memory of at least so many bytes, with anything in it, for the time of a call. */
  public void with(long bytes, Consumer<MemorySegment> use) {
    MemorySegment piece = pieces.pollFirst();
    if (piece == null || piece.byteSize() < bytes) {
      piece = Arena.ofAuto().allocate(bytes, Panels.ALIGNMENT);
    }
    try {
      use.accept(piece);
    } finally {
      pieces.addFirst(piece);
    }
  }
}
