package dev.deed.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Products of whole numbers by other code than ours, native code for instance: byte products are
 * what processors are fastest at, and the Vector API has none. An engine is found by {@link
 * java.util.ServiceLoader}; {@link Precision#W8A8} uses it where a product has rows enough, with
 * the same bits as without. Safe for use from many threads.
 */
public interface Int8Engine {
  /** What the log calls it. */
  String name();

  /** Whether this machine can run it, with exact sums; asked once. Throws nothing. */
  boolean usable();

  /** Products of fewer rows take less time without it. */
  int leastRows();

  /**
   * Prepares a matrix.
   *
   * @param weights [outputs, inputs] of bytes −127…127, row-major, off the heap; not kept
   * @throws Int8EngineException when it cannot; the matrix then does without
   */
  Int8Product pack(MemorySegment weights, int outputs, int inputs);
}
