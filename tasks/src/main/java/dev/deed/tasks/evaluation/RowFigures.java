package dev.deed.tasks.evaluation;

import static dev.deed.tasks.evaluation.RunTotals.AGREEING;
import static dev.deed.tasks.evaluation.RunTotals.DECODE;
import static dev.deed.tasks.evaluation.RunTotals.ENCODE;
import static dev.deed.tasks.evaluation.RunTotals.EXAMPLES;
import static dev.deed.tasks.evaluation.RunTotals.EXIT_LAYERS;
import static dev.deed.tasks.evaluation.RunTotals.FULL_LAYERS_RUN;
import static dev.deed.tasks.evaluation.RunTotals.FULL_LAYER_PASSES;
import static dev.deed.tasks.evaluation.RunTotals.HEAD_LOOKUPS;
import static dev.deed.tasks.evaluation.RunTotals.LAYERS_RUN;
import static dev.deed.tasks.evaluation.RunTotals.LAYER_PASSES;
import static dev.deed.tasks.evaluation.RunTotals.PREPROCESS;
import static dev.deed.tasks.evaluation.RunTotals.TOKENS;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The figures of a row as functions of sums over examples.
 *
 * @param run what the row is about
 * @param reference full depth of the first model, which reductions refer to
 */
record RowFigures(RunTotals run, RunTotals reference) {
  private static final int FIGURES = 11;

  /** The row with intervals. */
  EvaluationRow row(Contestant contestant) {
    EvaluationPolicy policy = contestant.policy();
    Estimate[] e = Bootstrap.DEFAULT.estimate(run.vectors().size(), this::values);
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    for (int m = 0; m < run.metrics().size(); m++) {
      metrics.put(run.metrics().get(m).name(), e[FIGURES + m]);
    }
    return new EvaluationRow(
        contestant.name(),
        policy,
        policy.policy() == null ? contestant.model().defaultPolicy() : null,
        metrics,
        e[0],
        e[1],
        e[2],
        e[3],
        e[4],
        e[5],
        e[6],
        e[7],
        e[8],
        e[9],
        e[10]);
  }

  /**
   * The figures in the order of the components of {@link EvaluationRow}, then the metrics.
   *
   * @param counts how often each example counts, [examples]; not all 0
   */
  double[] values(int[] counts) {
    double[] sum = run.sum(counts);
    double[] full = reference.sum(counts);
    double[] values = new double[FIGURES + run.metrics().size()];
    values[0] = sum[EXIT_LAYERS] / sum[TOKENS];
    values[1] = sum[LAYERS_RUN] / sum[FULL_LAYERS_RUN];
    values[2] = sum[LAYER_PASSES] / sum[FULL_LAYER_PASSES];
    values[3] = sum[HEAD_LOOKUPS] / sum[TOKENS];
    values[4] = sum[PREPROCESS] / sum[EXAMPLES];
    values[5] = sum[ENCODE] / sum[EXAMPLES];
    values[6] = sum[DECODE] / sum[EXAMPLES];
    values[7] = total(sum) / sum[EXAMPLES];
    values[8] = 1 - sum[DECODE] / full[DECODE];
    values[9] = 1 - total(sum) / total(full);
    values[10] = sum[AGREEING] / sum[EXAMPLES];
    for (int m = 0; m < run.metrics().size(); m++) {
      values[FIGURES + m] = run.metric(m, sum);
    }
    return values;
  }

  private static double total(double[] sum) {
    return sum[PREPROCESS] + sum[ENCODE] + sum[DECODE];
  }
}
