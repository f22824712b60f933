package dev.deed.model.spec;

import dev.deed.checkpoint.Tensor;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.SegmentAllocator;

/** Parameters that are held as those are that a whole source is multiplied with. */
record WholeSourceParameters(ParameterSource source) implements ParameterSource {
  @Override
  public Tensor tensor(String canonicalName) {
    return source.tensor(canonicalName);
  }

  @Override
  public WeightPrecision precision() {
    return source.sourcePrecision();
  }

  @Override
  public SegmentAllocator memory() {
    return source.memory();
  }

  @Override
  public boolean holds(String canonicalName) {
    return source.holds(canonicalName);
  }
}
