package dev.deed.tensor.matrix;

import java.lang.foreign.MemorySegment;

/** A matrix W that an {@link Int8Engine} has prepared. Safe for use from many threads. */
public interface Int8Product {
  /**
   * Computes {@code sums[r, o] = Σ_k x[r, k] · W[o, k]}, exactly modulo 2³², in the calling thread.
   *
   * @param x [rows, inputs] of bytes 1…255, without a sign, row-major, off the heap
   * @param sums receives [rows, outputs] of 32-bit numbers, off the heap, aligned to 64 bytes
   * @throws EngineException when it cannot; then anything may stand in {@code sums}
   */
  void multiply(MemorySegment x, int rows, MemorySegment sums);
}
