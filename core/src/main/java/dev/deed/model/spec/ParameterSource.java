package dev.deed.model.spec;

import dev.deed.checkpoint.Tensor;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;

/** Gives the tensors of a checked model by canonical name. */
public interface ParameterSource {
  /**
   * The tensor of a parameter that {@link ParameterTable} lists.
   *
   * @throws IllegalArgumentException when there is none
   */
  Tensor tensor(String canonicalName);

  /** How the weights of linear layers, embeddings and the head are to be held. */
  default WeightPrecision precision() {
    return WeightPrecision.FP32;
  }

  /** Where these weights are to lie. */
  default SegmentAllocator memory() {
    return Arena.ofAuto();
  }

  /** Whether an optional parameter is there. */
  boolean holds(String canonicalName);
}
