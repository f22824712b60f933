package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.ParameterSource;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;

/** The parameters of a picture's encoder inside that of a text, named as if it stood alone. */
record NestedParameters(ParameterSource source) implements ParameterSource {
  @Override
  public Tensor tensor(String canonicalName) {
    return source.tensor(LayoutAwareFront.visionName(canonicalName));
  }

  @Override
  public WeightPrecision precision() {
    return source.precision();
  }

  @Override
  public Arena memory() {
    return source.memory();
  }

  @Override
  public boolean holds(String canonicalName) {
    return source.holds(LayoutAwareFront.visionName(canonicalName));
  }
}
