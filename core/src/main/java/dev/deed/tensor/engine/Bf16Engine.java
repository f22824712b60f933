package dev.deed.tensor.engine;

import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Products of bf16 by the processor's own instructions, which the Vector API cannot reach: {@link
 * WeightPrecision#W16A16}. Safe for use from many threads.
 */
public interface Bf16Engine {
  /** Why this machine cannot run it; null when it can. Asked once, before anything else. */
  @Nullable String obstacle();

  /**
   * Prepares products with a matrix.
   *
   * @param panels its weights, off the heap, as {@code PairPanels} has them; read at each product
   *     and not copied
   * @throws EngineException when it cannot
   */
  Bf16Product product(MemorySegment panels, int outputs, int inputs);
}
