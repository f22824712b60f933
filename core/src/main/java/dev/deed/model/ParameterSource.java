package dev.deed.model;

import dev.deed.checkpoint.Tensor;

/** Gives the tensors of a checked model by canonical name. */
public interface ParameterSource {
  /**
   * The tensor of a parameter that {@link ParameterTable} lists.
   *
   * @throws IllegalArgumentException when there is none
   */
  Tensor tensor(String canonicalName);

  /** Whether an optional parameter is there. */
  boolean holds(String canonicalName);
}
