package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.tensor.Precision;

/** Gives the tensors of a checked model by canonical name. */
public interface ParameterSource {
  /**
   * The tensor of a parameter that {@link ParameterTable} lists.
   *
   * @throws IllegalArgumentException when there is none
   */
  Tensor tensor(String canonicalName);

  /** How the weights of linear layers, embeddings and the head are to be held. */
  default Precision precision() {
    return Precision.FP32;
  }

  /** Whether an optional parameter is there. */
  boolean holds(String canonicalName);
}
