package dev.deed.tensor.engine;

import java.lang.foreign.MemorySegment;

/** A matrix W that a {@link Bf16Engine} has prepared. Safe for use from many threads. */
public interface Bf16Product {
  /** Rows of a product, always: code that depends on their number may add in another order. */
  int ROWS = 32;

  /**
   * Computes {@code y[r, o] = Σ_k x[r, k] · W[o, k]} in the calling thread. Sums are fp32; their
   * order is the processor's own, the same for each row whatever stands in the others.
   *
   * @param x [{@value #ROWS}, inputs] of bf16, row-major, off the heap
   * @param y receives [{@value #ROWS}, outputs] of fp32, off the heap, aligned to 64 bytes
   * @throws EngineException when it cannot
   */
  void multiply(MemorySegment x, MemorySegment y);
}
