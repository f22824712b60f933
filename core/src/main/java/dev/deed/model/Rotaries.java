package dev.deed.model;

import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.RotarySpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rotary positions of a stack, whose layers of one kind share a table of angles. */
final class Rotaries {
  private final Map<RotarySpec, Rotary> made = new HashMap<>();

  /** Those of a layer; null where it has none. */
  @Nullable Rotary of(LayerKind kind) {
    RotarySpec spec = kind.rotary();
    return spec == null ? null : made.computeIfAbsent(spec, Rotary::new);
  }
}
