package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.ParameterSource;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;

/**
 * The parameters of another source, held in a precision.
 *
 * @param source of them
 */
public record HeldIn(WeightPrecision precision, ParameterSource source) implements ParameterSource {
  @Override
  public Tensor tensor(String canonicalName) {
    return source.tensor(canonicalName);
  }

  @Override
  public Arena memory() {
    return source.memory();
  }

  @Override
  public boolean holds(String canonicalName) {
    return source.holds(canonicalName);
  }
}
