package dev.deed.evaluation;

import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.cost.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Rows that belong together in a plot: one model, one family of policies, different layers or
 * thresholds.
 *
 * @param name in the legend
 * @param model index of the model, from 0
 * @param policy one of them, which stands for all
 * @param points in the order in which they are connected
 */
record PlotSeries(String name, int model, EvaluationPolicy policy, List<Point> points) {
  /**
   * A row.
   *
   * @param label what tells it from its series: the layer, the threshold
   * @param millis decode time per example
   * @param metric value of the plotted metric
   */
  record Point(String label, Estimate millis, Estimate metric) {}

  PlotSeries {
    points = List.copyOf(points);
  }

  /** The series of a report, in the order of their first rows. */
  static List<PlotSeries> of(EvaluationReport report) {
    String metric = report.metrics().getFirst().name();
    List<String> models = report.rows().stream().map(EvaluationRow::model).distinct().toList();
    int shared = sharedFolder(models).length();
    SequencedMap<String, PlotSeries> series = new LinkedHashMap<>();
    Map<String, List<Point>> points = new LinkedHashMap<>();
    for (EvaluationRow row : report.rows()) {
      String name = name(row) + (models.size() > 1 ? ", " + row.model().substring(shared) : "");
      points
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(
              new Point(
                  row.policy().value(),
                  row.decodeMillis(),
                  Objects.requireNonNull(row.metrics().get(metric))));
      series.put(
          name, new PlotSeries(name, models.indexOf(row.model()), row.policy(), points.get(name)));
    }
    return List.copyOf(series.values());
  }

  /** The folder that holds all models, with its slash: it tells nothing apart. */
  static String sharedFolder(List<String> models) {
    String shared = models.getFirst();
    for (String model : models) {
      while (!model.startsWith(shared)) {
        shared = shared.substring(0, shared.length() - 1);
      }
    }
    return shared.substring(0, shared.lastIndexOf('/') + 1);
  }

  private static String name(EvaluationRow row) {
    EvaluationPolicy policy = row.policy();
    String name =
        switch (policy.kind()) {
          case FULL -> "full depth";
          case DEFAULT -> "model's own";
          case STATIC -> "fixed exit layer";
          case DYNAMIC -> "DEED, " + confidence(policy);
          case COPY -> "copied state (CALM), " + confidence(policy);
        };
    return name
        + (row.resolved() == null ? "" : ": " + row.resolved())
        + (policy.settings().isEmpty() ? "" : " " + policy.settings());
  }

  private static String confidence(EvaluationPolicy policy) {
    Confidence confidence = policy.exits().confidence();
    return confidence == null ? "" : confidence.label();
  }
}
