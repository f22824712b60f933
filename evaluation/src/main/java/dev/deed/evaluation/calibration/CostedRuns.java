package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.List;

/**
 * What was observed of some policies, full depth first.
 *
 * @param policies full depth first
 * @param runs [policies][examples]
 * @param shape what counts come to
 */
record CostedRuns(
    List<EvaluationExample> examples,
    List<ExitSettings> policies,
    List<List<Observation>> runs,
    DecodeCost shape) {
  static CostedRuns measure(
      Evaluator evaluator,
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    List<List<Observation>> runs =
        evaluator.observe(
            model, data, policies.stream().map(EvaluationPolicy::of).toList(), listener);
    DecodeCost shape = DecodeCost.of(model.model().internals().spec());
    return new CostedRuns(data.examples(), policies, runs, shape);
  }

  Answers answers(int policy) {
    return new Answers(examples, runs.get(policy), runs.getFirst());
  }

  /** Sums of {@link RunTotals} over the examples, without metrics. */
  double[] sums(int policy) {
    // No figure that counts the model's layers is asked.
    return Metric.sum(
        RunTotals.of(examples, runs.get(policy), runs.getFirst(), 0, List.of()).vectors());
  }

  /** Decode times of the examples, in milliseconds. */
  List<Double> millis(int policy) {
    return runs.get(policy).stream().map(one -> one.timing().decodeMillis()).toList();
  }

  /**
   * What a policy's counts come to, by what full depth's do. Counts do not tell narrow layers from
   * wide ones: what drafts of these cost the clock says, 1 where it does not tell.
   */
  double cost(int policy) {
    if (policies.get(policy).get(ExitSetting.DRAFT_PRECISION) != DraftPrecision.INT8) {
      return shape.of(runs.get(policy)) / shape.of(runs.getFirst());
    }
    Reduction clock = Reduction.of(millis(policy), millis(0));
    return clock.isMeasurable() ? 1 - clock.share().value() : 1;
  }
}
