package dev.deed.lab.charts;

import dev.deed.evaluation.cost.Estimate;
import dev.deed.value.ExitPolicy;
import java.util.ArrayList;
import java.util.Comparator;
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
 * @param policy one of them, which stands for all
 * @param points in the order in which they are connected
 */
record PlotSeries(String name, PlotPolicy policy, List<Point> points) {
  private static final String FIXED = "fixed exit layer";

  /** What a chart of many models can do without, the first first. */
  private static final List<PlotPolicy.Kind> DISPENSABLE =
      List.of(PlotPolicy.Kind.COPY, PlotPolicy.Kind.DEFAULT, PlotPolicy.Kind.DYNAMIC);

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

  /**
   * The series of a chart, in the order of their first rows, as many as have a colour each. Where
   * models are compared, full depth is the last of the fixed exits, and families of policies are
   * left out while there are too many series: copied state first, then the models' own exits, then
   * dynamic ones; in the end models are.
   */
  static List<PlotSeries> of(EvaluationCharts charts) {
    List<PlotSeries> series = all(charts);
    for (PlotPolicy.Kind kind : DISPENSABLE) {
      if (series.size() > PlotStyle.COLORS) {
        series = series.stream().filter(one -> one.policy.kind() != kind).toList();
      }
    }
    return series.subList(0, Math.min(series.size(), PlotStyle.COLORS));
  }

  /** All series, in the order of their first rows. */
  static List<PlotSeries> all(EvaluationCharts charts) {
    List<String> models =
        charts.rows().stream().map(EvaluationCharts.Row::model).distinct().toList();
    int shared = sharedFolder(models).length();
    SequencedMap<String, PlotPolicy> policies = new LinkedHashMap<>();
    Map<String, List<Point>> points = new LinkedHashMap<>();
    for (EvaluationCharts.Row row : sorted(charts)) {
      String name =
          name(row, charts) + (charts.comparesModels() ? ", " + row.model().substring(shared) : "");
      policies.putIfAbsent(name, row.policy());
      points
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(new Point(row.policy().value(), row.millis(), row.value()));
    }
    List<PlotSeries> series = new ArrayList<>();
    policies.forEach(
        (name, policy) ->
            series.add(new PlotSeries(name, policy, Objects.requireNonNull(points.get(name)))));
    return series;
  }

  /** Rows as they come; where models are compared, those of full depth at the end. */
  private static List<EvaluationCharts.Row> sorted(EvaluationCharts charts) {
    return charts.rows().stream()
        .sorted(Comparator.comparing(row -> charts.comparesModels() && isFull(row)))
        .toList();
  }

  private static boolean isFull(EvaluationCharts.Row row) {
    return row.policy().kind() == PlotPolicy.Kind.FULL;
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

  private static String name(EvaluationCharts.Row row, EvaluationCharts charts) {
    PlotPolicy policy = row.policy();
    String name =
        switch (policy.kind()) {
          case FULL -> joinsFixedExits(row, charts) ? FIXED : "full depth";
          case DEFAULT -> "model's own";
          case STATIC -> FIXED;
          case DYNAMIC -> "DEED, " + confidence(policy);
          case COPY -> "copied state (CALM), " + confidence(policy);
        };
    if (row.resolved() != null) {
      return name + ": " + row.resolved();
    }
    return policy.settings().isEmpty() ? name : name + " " + policy.settings();
  }

  /** Whether full depth is the last of the fixed exits of its model. */
  private static boolean joinsFixedExits(EvaluationCharts.Row row, EvaluationCharts charts) {
    return charts.comparesModels()
        && charts.rows().stream()
            .filter(other -> other.model().equals(row.model()))
            .anyMatch(
                other ->
                    other.policy().kind() == PlotPolicy.Kind.STATIC
                        && other.policy().settings().isEmpty());
  }

  private static String confidence(PlotPolicy policy) {
    ExitPolicy measure = policy.exits().measure();
    return measure == null ? "" : measure.label();
  }
}
