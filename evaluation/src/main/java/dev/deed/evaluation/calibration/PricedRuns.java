package dev.deed.evaluation.calibration;

import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.PriceFit;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was observed of some policies, full depth first, and the prices of its parts.
 *
 * @param runs [policies][examples]
 * @param fit of the prices, from all runs
 */
record PricedRuns(List<List<Observation>> runs, PriceFit fit) {
  static PricedRuns of(List<List<Observation>> runs, NamedModel model) {
    DecodeCost byShape = DecodeCost.byShape(model.model().internals().spec());
    return new PricedRuns(runs, PriceFit.of(runs, 1, byShape));
  }

  DecodeTimes times(int policy) {
    return DecodeTimes.of(runs.get(policy), 1, fit.cost());
  }

  /** How much less each policy's counts come to than full depth's. */
  Estimate[] reductions() {
    List<DecodeTimes> times = IntStream.range(0, runs.size()).mapToObj(this::times).toList();
    return fit.estimate(
        cost -> times.stream().mapToDouble(one -> cost.reduction(one, times.getFirst())).toArray());
  }
}
