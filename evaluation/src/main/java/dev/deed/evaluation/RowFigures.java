package dev.deed.evaluation;

import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.cost.Bootstrap;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.ExitSettings;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a row as functions of sums over examples.
 *
 * @param run what the row is about
 * @param reference full depth of the first model, which reductions refer to
 * @param batch how many examples were decoded together
 */
record RowFigures(RunTotals run, RunTotals reference, int batch) {
  private static final List<Figure> FIGURES = List.of(Figure.values());

  EvaluationRow row(
      String model,
      EvaluationPolicy policy,
      @Nullable ExitSettings resolved,
      @Nullable String sameAs,
      ExitProfile exits) {
    int examples = run.vectors().size();
    int batches = Math.ceilDiv(examples, batch);
    Estimate[] e = Bootstrap.DEFAULT.estimate(examples, this::values);
    Estimate[] timed =
        batch == 1
            ? e
            : Bootstrap.DEFAULT.estimate(batches, counts -> values(ofExamples(counts, examples)));
    Map<Figure, Estimate> figures = new EnumMap<>(Figure.class);
    FIGURES.forEach(figure -> figures.put(figure, (figure.timed ? timed : e)[figure.ordinal()]));
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    for (int m = 0; m < run.metrics().size(); m++) {
      metrics.put(run.metrics().get(m).name(), e[FIGURES.size() + m]);
    }
    return new EvaluationRow(
        model, policy, resolved, sameAs, metrics, figures, drafts(), exits, batches);
  }

  /** The examples of a batch share a time, so a batch is drawn with all of them. */
  private int[] ofExamples(int[] batches, int examples) {
    int[] counts = new int[examples];
    Arrays.setAll(counts, i -> batches[i / batch]);
    return counts;
  }

  /** Every {@link Figure}, then the metrics; examples count so often, [examples], not all 0. */
  double[] values(int[] counts) {
    double[] sum = run.sum(counts);
    double[] full = reference.sum(counts);
    double[] values = new double[FIGURES.size() + run.metrics().size()];
    FIGURES.forEach(figure -> values[figure.ordinal()] = figure.of(sum, full));
    for (int m = 0; m < run.metrics().size(); m++) {
      values[FIGURES.size() + m] = run.metric(m, sum);
    }
    return values;
  }

  /** What became of drafts; null where nothing was verified. */
  private @Nullable DraftFigures drafts() {
    double[] sum = Metric.sum(run.vectors());
    if (sum[RunTotals.VERIFICATIONS] == 0) {
      return null;
    }
    Estimate[] shares =
        Bootstrap.DEFAULT.estimate(
            run.vectors().size(),
            counts -> {
              double[] drawn = run.sum(counts);
              return new double[] {
                drawn[RunTotals.ACCEPTED] / Math.max(1, drawn[RunTotals.DRAFTED]),
                drawn[RunTotals.DRAFTED] / Math.max(1, drawn[RunTotals.VERIFICATIONS])
              };
            });
    return new DraftFigures(
        (int) sum[RunTotals.DRAFTED],
        (int) sum[RunTotals.ACCEPTED],
        (int) sum[RunTotals.VERIFICATIONS],
        shares[0],
        shares[1],
        (int) (sum[RunTotals.EXAMPLES] - sum[RunTotals.AGREEING]));
  }
}
