package dev.deed.tensor.int8;

import dev.deed.tensor.Precision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Products of whole numbers by other code than ours, native code for instance: byte products are
 * what processors are fastest at, and the Vector API has none. An engine is found by {@link
 * java.util.ServiceLoader}; {@link Precision#W8A8} uses it where a product has rows enough, with
 * the same bits as without. Safe for use from many threads.
 */
public interface Int8Engine {
  /** What the log calls it. */
  String name();

  /**
   * Why this machine cannot run it, or not with exact sums; null when it can. Asked once, before
   * anything else.
   */
  @Nullable String obstacle();

  /** Products of fewer rows take less time without it. */
  int leastRows();

  /**
   * Prepares a matrix.
   *
   * @param weights [outputs, inputs] of bytes −127…127, row-major, off the heap; not kept
   * @param memory where the prepared ones are to lie
   * @throws Int8EngineException when it cannot; products then do without it
   */
  Int8Product pack(MemorySegment weights, int outputs, int inputs, SegmentAllocator memory);
}
