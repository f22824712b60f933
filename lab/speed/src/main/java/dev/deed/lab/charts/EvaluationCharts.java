package dev.deed.lab.charts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the charts of an evaluation show: its first metric against decode time, and where tokens
 * were emitted.
 *
 * @param subject what was evaluated, for titles
 */
record EvaluationCharts(String subject, Metric metric, List<Row> rows) {
  /**
   * A model with a policy.
   *
   * @param resolved of {@code default}: what the model states; else null
   * @param millis decode time per example
   * @param value of the metric
   * @param shares of the tokens that each decoder layer emitted, from layer 1 on
   * @param byPosition mean exit layer of the first tokens, the second, and so on
   */
  record Row(
      String model,
      PlotPolicy policy,
      @Nullable ExitSettings resolved,
      Estimate millis,
      Estimate value,
      List<Double> shares,
      List<Double> byPosition) {}

  EvaluationCharts {
    rows = List.copyOf(rows);
  }

  /**
   * Reads what {@code deed eval} wrote as JSON.
   *
   * @throws InputException when it has no rows with intervals and exits
   */
  static EvaluationCharts read(JsonNode json) {
    JsonNode written = json.path("rows");
    if (!written.path(0).path("interval").has("decode_ms") || !written.path(0).has("exits")) {
      throw new InputException(
          "evaluation", "has no rows with intervals and exits", "give one that deed eval wrote");
    }
    String metric = written.path(0).path("metrics").fieldNames().next();
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : written) {
      rows.add(
          new Row(
              row.path("model").asText(),
              PlotPolicy.parse(row.path("policy").asText()),
              row.has("resolved") ? ExitSettings.parse(row.path("resolved").asText()) : null,
              estimate(row, row.path("decode_ms"), "decode_ms"),
              estimate(row, row.path("metrics").path(metric), metric),
              numbers(row.path("exits").path("share_by_layer")),
              numbers(row.path("exits").path("mean_layer_by_position"))));
    }
    String subject =
        String.format(
            Locale.ROOT,
            "%s, %,d examples",
            shortened(Path.of(json.path("data").asText())),
            json.path("examples").asInt());
    return new EvaluationCharts(subject, Metric.named(metric), rows);
  }

  private static Estimate estimate(JsonNode row, JsonNode value, String name) {
    JsonNode interval = row.path("interval").path(name);
    return new Estimate(value.asDouble(), interval.path(0).asDouble(), interval.path(1).asDouble());
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  /** A file with its folder: what is above says nothing of the data. */
  private static Path shortened(Path data) {
    int names = data.getNameCount();
    return names < 2 ? data : data.subpath(names - 2, names);
  }

  /** Whether models are compared. */
  boolean comparesModels() {
    return rows.stream().map(Row::model).distinct().count() > 1;
  }
}
