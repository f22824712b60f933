package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.PriceFit;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was observed of some policies, full depth first, and the prices of its parts.
 *
 * @param runs [policies][examples]
 * @param fit of the prices, from all runs
 */
record PricedRuns(List<EvaluationExample> examples, List<List<Observation>> runs, PriceFit fit) {
  static PricedRuns measure(
      Evaluator evaluator,
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    List<List<Observation>> runs =
        evaluator.observe(
            model, data, policies.stream().map(EvaluationPolicy::of).toList(), listener);
    DecodeCost byShape = DecodeCost.byShape(model.model().internals().spec());
    return new PricedRuns(data.examples(), runs, PriceFit.of(runs, 1, byShape));
  }

  Answers answers(int policy) {
    return new Answers(examples, runs.get(policy), runs.getFirst());
  }

  /** Mean of the decoder layers run for an example. */
  double layersRun(int policy) {
    return runs.get(policy).stream()
        .mapToInt(run -> run.effort().layersRun())
        .average()
        .orElseThrow();
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
