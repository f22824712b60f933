package dev.deed.value;

import java.util.List;

/**
 * Where a position left the decoder. Immutable.
 *
 * @param layer from 1, the last layer where it did not leave before; 0 where it was copied from the
 *     encoder's input, or drafted by narrow layers that ran to their end
 * @param confidence what the rule measured there, after logits processors: at full depth and at a
 *     fixed layer the largest probability; where a screening copy answered in the head's place, an
 *     estimate on the same side of the threshold; 0 where nothing was measured
 * @param consulted the confidences that were measured below the last layer, in the order of the
 *     layers; an exit that a gate passed by has none
 */
public record Exit(int layer, double confidence, List<Double> consulted) {
  /** Copies the list. */
  public Exit {
    consulted = List.copyOf(consulted);
  }
}
