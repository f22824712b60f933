package dev.deed.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.ExitSettings;
import dev.deed.checkpoint.AtomicFiles;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The charts of an evaluation: its first metric against decode time, and where tokens were emitted.
 * They need less than the report, and can be drawn anew from its JSON. Immutable.
 */
public final class EvaluationCharts {
  private final String subject;
  private final Metric metric;
  private final List<Row> rows;

  /**
   * What a chart needs of a row.
   *
   * @param resolved of {@code default}: what the model states; else null
   * @param millis decode time per example
   * @param value of the metric
   * @param exits where tokens were emitted
   */
  record Row(
      String model,
      EvaluationPolicy policy,
      @Nullable ExitSettings resolved,
      Estimate millis,
      Estimate value,
      ExitProfile exits) {}

  private EvaluationCharts(Path data, int examples, Metric metric, List<Row> rows) {
    this.subject = String.format(Locale.ROOT, "%s, %,d examples", shortened(data), examples);
    this.metric = metric;
    this.rows = List.copyOf(rows);
  }

  /** The charts of a report. */
  static EvaluationCharts of(EvaluationReport report) {
    Metric metric = report.metrics().getFirst();
    List<Row> rows = new ArrayList<>();
    for (EvaluationRow row : report.rows()) {
      rows.add(
          new Row(
              row.model(),
              row.policy(),
              row.resolved(),
              row.decodeMillis(),
              Objects.requireNonNull(row.metrics().get(metric.name())),
              row.exits()));
    }
    return new EvaluationCharts(report.data(), report.examples(), metric, rows);
  }

  /**
   * The charts of an evaluation that was written as JSON.
   *
   * @param json what {@link EvaluationJson} makes
   * @throws InputException when it is none, or lacks its intervals and exits, as evaluations of the
   *     first days do
   */
  public static EvaluationCharts read(JsonNode json) {
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
              EvaluationPolicy.list(row.path("policy").asText()).getFirst(),
              row.has("resolved") ? ExitSettings.parse(row.path("resolved").asText()) : null,
              estimate(row, row.path("decode_ms"), "decode_ms"),
              estimate(row, row.path("metrics").path(metric), metric),
              new ExitProfile(
                  numbers(row.path("exits").path("share_by_layer")),
                  numbers(row.path("exits").path("mean_layer_by_position")))));
    }
    return new EvaluationCharts(
        Path.of(json.path("data").asText()),
        json.path("examples").asInt(),
        Metric.named(metric),
        rows);
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

  /** What was evaluated, for titles. */
  String subject() {
    return subject;
  }

  Metric metric() {
    return metric;
  }

  List<Row> rows() {
    return rows;
  }

  /** Whether models are compared. */
  boolean comparesModels() {
    return rows.stream().map(Row::model).distinct().count() > 1;
  }

  /** Whether a row has exits that a chart would show. */
  public boolean hasExits() {
    return !ExitPlot.of(this).isEmpty();
  }

  /**
   * Writes the metric against decode time as PNG, whole or not at all.
   *
   * @throws IOException when the file cannot be written
   */
  public void writeCosts(Path file) throws IOException {
    AtomicFiles.write(file, EvaluationPlot.of(this)::writeTo);
  }

  /**
   * Writes where tokens were emitted as PNG, whole or not at all; for one that {@link #hasExits}.
   *
   * @throws IOException when the file cannot be written
   */
  public void writeExits(Path file) throws IOException {
    AtomicFiles.write(file, ExitPlot.of(this)::writeTo);
  }
}
