package dev.deed.evaluation;

import dev.deed.evaluation.cost.DecodeTimes;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.PriceFit;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.metrics.Metric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the first model's policies are the cheapest that lose next to nothing. */
final class AdvisedExits {
  /** A loss that users do not mind, in points of the metric. */
  static final double TOLERATED = 0.5;

  private final List<EvaluationRow> rows;
  private final Metric metric;
  private final PriceFit fit;
  private final @Nullable EvaluationRow full;

  AdvisedExits(EvaluationReport report) {
    String first = report.rows().getFirst().model();
    rows = report.rows().stream().filter(row -> row.model().equals(first)).toList();
    metric = report.metrics().getFirst();
    fit = report.economics().fit();
    full =
        rows.stream()
            .filter(row -> kind(row) == EvaluationPolicy.Kind.FULL)
            .findFirst()
            .orElse(null);
  }

  /** Full depth; null where it was not asked for. */
  @Nullable EvaluationRow full() {
    return full;
  }

  /** Whether any of a kind was measured. */
  boolean tried(EvaluationPolicy.Kind kind) {
    return rows.stream().anyMatch(row -> kind(row) == kind);
  }

  /** The model's own policy is of the kind that it comes to. */
  private static EvaluationPolicy.Kind kind(EvaluationRow row) {
    return row.resolved() == null
        ? row.policy().kind()
        : EvaluationPolicy.of(row.resolved()).kind();
  }

  /** The cheapest of a kind; null when none of them is as good as full depth and may be cheaper. */
  @Nullable EvaluationRow best(EvaluationPolicy.Kind kind) {
    EvaluationRow reference = full;
    if (reference == null) {
      return null;
    }
    List<EvaluationRow> good =
        rows.stream()
            .filter(row -> kind(row) == kind)
            .filter(row -> loss(row, reference) <= TOLERATED)
            .filter(row -> mayBeCheaper(row.decode(), reference.decode()))
            .toList();
    return DecodeTimes.cheapest(good, EvaluationRow::decode).orElse(null);
  }

  /** Whether neither counts, whatever their prices, nor the clock tell the contrary. */
  private boolean mayBeCheaper(DecodeTimes row, DecodeTimes reference) {
    Reduction clock = row.surelyAgainst(reference);
    return byCounts(row, reference).high() > 0 && !(clock.told() && clock.share().value() < 0);
  }

  /** How much less one's counts come to than the other's; the interval is that of the prices. */
  Estimate byCounts(DecodeTimes row, DecodeTimes other) {
    return fit.estimate(cost -> new double[] {cost.reduction(row, other)})[0];
  }

  private double loss(EvaluationRow row, EvaluationRow reference) {
    double lost = value(reference, metric) - value(row, metric);
    return metric.higherIsBetter() ? lost : -lost;
  }

  static double value(EvaluationRow row, Metric metric) {
    Estimate estimate = row.metrics().get(metric.name());
    return estimate == null ? 0 : estimate.value();
  }
}
