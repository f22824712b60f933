package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.cost.DecodeCost;
import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.cost.PriceFit;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was observed of some policies, full depth first, and the prices of its parts. Counts do not
 * tell narrow layers from wide ones: of policies whose drafts run these the clock says what they
 * cost, and it says nothing of prices.
 *
 * @param policies full depth first
 * @param runs [policies][examples]
 * @param fit of the prices, from all runs without narrow layers
 */
record PricedRuns(
    List<EvaluationExample> examples,
    List<ExitSettings> policies,
    List<List<Observation>> runs,
    PriceFit fit) {
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
    List<List<Observation>> wide =
        IntStream.range(0, runs.size())
            .filter(i -> !isNarrow(policies.get(i)))
            .mapToObj(runs::get)
            .toList();
    return new PricedRuns(data.examples(), policies, runs, PriceFit.of(wide, 1, byShape));
  }

  private static boolean isNarrow(ExitSettings policy) {
    return policy.get(ExitSetting.DRAFT_PRECISION) == DraftPrecision.INT8;
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

  DecodeTimes times(int policy) {
    DecodeTimes times = DecodeTimes.of(runs.get(policy), 1, fit.cost());
    if (!isNarrow(policies.get(policy))) {
      return times;
    }
    DecodeTimes full = times(0);
    Reduction clock = times.against(full);
    double share = clock.isMeasurable() ? 1 - clock.share().value() : 1;
    return new DecodeTimes(times.batches(), times.counts(), share * full.ofCounts());
  }

  /** How much less each policy's counts come to than full depth's; of narrow layers, its times. */
  Estimate[] reductions() {
    List<DecodeTimes> times = IntStream.range(0, runs.size()).mapToObj(this::times).toList();
    Estimate[] reductions =
        fit.estimate(
            cost ->
                times.stream().mapToDouble(one -> cost.reduction(one, times.getFirst())).toArray());
    Arrays.setAll(
        reductions,
        i ->
            isNarrow(policies.get(i))
                ? times.get(i).against(times.getFirst()).share()
                : reductions[i]);
    return reductions;
  }
}
