package dev.deed.lab.speed;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import java.util.List;

/**
 * Steps stop at given layers, whatever their confidence, which is measured all the same: so a model
 * whose weights mean nothing is timed with the exits of one that has learnt something.
 *
 * @param stops of the first token, the second and so on; when they are used up, they begin again
 * @param exits layers that may emit, ascending
 */
record ImposedExits(List<Stop> stops, List<Integer> exits) implements ExitCriterion {
  ImposedExits {
    stops = List.copyOf(stops);
    exits = List.copyOf(exits);
    if (stops.isEmpty()) {
      throw new IllegalArgumentException("a schedule needs a stop");
    }
  }

  /**
   * Where a step stops.
   *
   * @param layer from 1; the step stops at the first exit from it on
   * @param asked how many exits are asked, the one that emits included: the last ones on the way.
   *     Those before are passed by, as a gate before the head does
   */
  record Stop(int layer, int asked) {
    Stop {
      if (layer < 1 || asked < 1) {
        throw new IllegalArgumentException("a stop at layer " + layer + " asks " + asked);
      }
    }

    /** All exits on the way are asked. */
    static Stop at(int layer) {
      return new Stop(layer, Integer.MAX_VALUE);
    }

    /** The stop of a model of another depth. */
    Stop scaled(int depth, int decoderLayers) {
      return new Stop((layer * decoderLayers + depth - 1) / depth, asked);
    }
  }

  /** The rule, with what is measured on the way. */
  ExitRule rule(Confidence confidence) {
    return ExitRule.of(confidence, this, exits);
  }

  @Override
  public boolean suffices(int layer, int position, double confidence) {
    return layer >= at(position).layer();
  }

  @Override
  public boolean asks(int layer, int position) {
    Stop stop = at(position);
    long before = exits.stream().filter(exit -> exit >= layer && exit < stop.layer()).count();
    return before + 1 <= stop.asked();
  }

  private Stop at(int position) {
    return stops.get(position % stops.size());
  }
}
