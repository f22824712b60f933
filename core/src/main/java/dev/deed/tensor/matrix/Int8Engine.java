package dev.deed.tensor.matrix;

import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Products of whole numbers by other code than ours, native code for instance: byte products are
 * what processors are fastest at, and the Vector API has none. An engine is found by {@link
 * java.util.ServiceLoader}; {@link WeightPrecision#W8A8} uses it where a product has rows enough,
 * with the same bits as without. Safe for use from many threads.
 */
public interface Int8Engine {
  /** What the log calls it. */
  String name();

  /** Why this machine cannot run it, or not with exact sums; null when it can. Asked first. */
  @Nullable String obstacle();

  /** Products of fewer rows take less time without it. */
  int leastRows();

  /**
   * Prepares products with a matrix.
   *
   * @param panels its weights, −127…127, off the heap, as {@code QuadPanels} has them; read at each
   *     product and not copied
   * @param memory whose panels they are; what the engine makes for them is given back with it
   * @throws EngineException when it cannot; products then do without it
   */
  Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory);
}
