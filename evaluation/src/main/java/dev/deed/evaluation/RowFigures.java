package dev.deed.evaluation;

import dev.deed.evaluation.cost.Bootstrap;
import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a row as functions of sums over examples.
 *
 * @param run what the row is about
 * @param reference full depth of the first model, which reductions refer to
 * @param batch how many examples were decoded together
 */
record RowFigures(RunTotals run, RunTotals reference, int batch) {
  private static final int FIGURES = 11;

  /** The row with intervals; parameters are components of {@link EvaluationRow}. */
  EvaluationRow row(
      String model,
      EvaluationPolicy policy,
      @Nullable ExitSettings resolved,
      @Nullable String sameAs,
      ExitProfile exits,
      DecodeTimes decode) {
    int examples = run.vectors().size();
    int batches = Math.ceilDiv(examples, batch);
    Estimate[] e = Bootstrap.DEFAULT.estimate(examples, this::values);
    Estimate[] timed =
        batch == 1
            ? e
            : Bootstrap.DEFAULT.estimate(batches, counts -> values(ofExamples(counts, examples)));
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    for (int m = 0; m < run.metrics().size(); m++) {
      metrics.put(run.metrics().get(m).name(), e[FIGURES + m]);
    }
    return new EvaluationRow(
        model,
        policy,
        resolved,
        sameAs,
        metrics,
        e[0],
        e[1],
        e[2],
        e[3],
        timed[4],
        timed[5],
        timed[6],
        timed[7],
        Reduction.of(timed[8], batches),
        Reduction.of(timed[9], batches),
        e[10],
        drafts(),
        exits,
        decode,
        byLength());
  }

  /** The examples of a batch share a time, so a batch is drawn with all of them. */
  private int[] ofExamples(int[] batches, int examples) {
    int[] counts = new int[examples];
    Arrays.setAll(counts, i -> batches[i / batch]);
    return counts;
  }

  private List<LengthGroup> byLength() {
    SortedMap<Integer, int[]> groups = new TreeMap<>();
    for (int i = 0; i < run.vectors().size(); i++) {
      groups
              .computeIfAbsent(
                  LengthGroup.of(reference.tokens(i)), group -> new int[run.vectors().size()])[i] =
          1;
    }
    List<LengthGroup> all = new ArrayList<>();
    groups.forEach(
        (group, counts) ->
            all.add(
                new LengthGroup(
                    LengthGroup.shortest(group),
                    LengthGroup.longest(group),
                    Arrays.stream(counts).sum(),
                    Arrays.stream(values(counts)).boxed().toList())));
    return all;
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
    values[0] = sum[RunTotals.EXIT_LAYERS] / sum[RunTotals.TOKENS];
    values[1] = sum[RunTotals.LAYERS_RUN] / sum[RunTotals.FULL_LAYERS_RUN];
    values[2] = sum[RunTotals.LAYER_PASSES] / sum[RunTotals.FULL_LAYER_PASSES];
    values[3] = sum[RunTotals.HEAD_LOOKUPS] / sum[RunTotals.TOKENS];
    values[4] = sum[RunTotals.PREPROCESS] / sum[RunTotals.EXAMPLES];
    values[5] = sum[RunTotals.ENCODE] / sum[RunTotals.EXAMPLES];
    values[6] = sum[RunTotals.DECODE] / sum[RunTotals.EXAMPLES];
    values[7] = total(sum) / sum[RunTotals.EXAMPLES];
    values[8] = 1 - sum[RunTotals.DECODE] / full[RunTotals.DECODE];
    values[9] = 1 - total(sum) / total(full);
    values[10] = sum[RunTotals.AGREEING] / sum[RunTotals.EXAMPLES];
    for (int m = 0; m < run.metrics().size(); m++) {
      values[FIGURES + m] = run.metric(m, sum);
    }
    return values;
  }

  /** What became of drafts; null where nothing was verified. */
  private @Nullable DraftFigures drafts() {
    int[] every = new int[run.vectors().size()];
    Arrays.fill(every, 1);
    double[] sum = run.sum(every);
    if (sum[RunTotals.VERIFICATIONS] == 0) {
      return null;
    }
    Estimate[] shares =
        Bootstrap.DEFAULT.estimate(
            every.length,
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

  private static double total(double[] sum) {
    return sum[RunTotals.PREPROCESS] + sum[RunTotals.ENCODE] + sum[RunTotals.DECODE];
  }
}
