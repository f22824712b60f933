package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.DraftPrecision;
import dev.deed.value.Effort;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.function.ToIntFunction;

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

  /** A count of a policy's answers, by that of full depth's. */
  double share(int policy, ToIntFunction<Effort> count) {
    return (double) sum(policy, count) / sum(0, count);
  }

  private long sum(int policy, ToIntFunction<Effort> count) {
    return runs.get(policy).stream().mapToLong(one -> count.applyAsInt(one.effort())).sum();
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
