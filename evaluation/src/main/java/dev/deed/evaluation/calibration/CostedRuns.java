package dev.deed.evaluation.calibration;

import dev.deed.ModelInternals;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.Observation;
import dev.deed.value.DraftPrecision;
import dev.deed.value.Effort;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * What was observed of some policies, full depth first.
 *
 * @param policies full depth first
 * @param runs [policies][examples]
 * @param shape what counts come to
 * @param prices of drafts, [policies]
 * @param layers of the decoder
 */
record CostedRuns(
    List<EvaluationExample> examples,
    List<ExitSettings> policies,
    List<List<Observation>> runs,
    DecodeCost shape,
    List<DraftPrices> prices,
    int layers) {
  static CostedRuns measure(
      Evaluator evaluator,
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    List<List<Observation>> runs =
        evaluator.observe(
            model, data, policies.stream().map(EvaluationPolicy::of).toList(), listener);
    ModelInternals internals = model.model().internals();
    return new CostedRuns(
        data.examples(),
        policies,
        runs,
        DecodeCost.of(internals.spec()),
        policies.stream().map(internals::draftPrices).toList(),
        internals.spec().decoderLayers());
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
   * What a policy's counts come to, by what full depth's do. Multiply-adds do not tell narrow
   * layers from wide ones: for drafts of these, prices by precision do.
   */
  double cost(int policy) {
    DraftPrices drafts = prices.get(policy);
    if (policies.get(policy).get(ExitSetting.DRAFT_PRECISION) != DraftPrecision.INT8
        || !drafts.narrow()) {
      return shape.of(runs.get(policy)) / shape.of(runs.getFirst());
    }
    double steps = 0;
    for (Observation one : runs.get(policy)) {
      int verifications = Objects.requireNonNull(one.drafts()).verifications();
      steps += drafts.narrowSteps(one.effort(), verifications, layers);
    }
    return steps * layers / sum(0, Effort::layersRun);
  }
}
