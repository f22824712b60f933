package dev.deed.evaluation.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ExitSettings;
import dev.deed.Timing;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.cost.Median;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the demonstration measured.
 *
 * @param model folder of the model
 * @param policy when steps stopped
 * @param layers decoder layers of the model
 * @param repeats how often each sample was measured; of times the medians count
 * @param rows one for each sample, at least one
 */
public record DemoReport(
    Path model, ExitSettings policy, int layers, int repeats, List<DemoRow> rows) {
  public DemoReport {
    rows = List.copyOf(rows);
  }

  /** Over all tokens of all samples. */
  double meanExitLayer() {
    return sum(DemoRow::exitLayerSum) / sum(DemoRow::tokens);
  }

  /**
   * Answers of lossless exits that are not those of full depth: a line where there are any. There
   * are none unless DEED is wrong.
   */
  public List<String> violations() {
    long wrong = wrong();
    return wrong == 0
        ? List.of()
        : List.of(
            ("ERROR: %s of %s: %d of %d answers are not those of full depth, as lossless exits"
                    + " promise; use full, and report it")
                .formatted(policy, model, wrong, rows.size()));
  }

  /** Answers that must be those of full depth, and are not. */
  private long wrong() {
    boolean verified = Boolean.TRUE.equals(policy.lossless());
    return verified ? rows.stream().filter(row -> !row.equalToFull()).count() : 0;
  }

  /** Decoder layers run, fills counted, by those of full depth for the same tokens. */
  double layersRunShare() {
    return sum(row -> row.answer().generation().layersRun()) / (sum(DemoRow::tokens) * layers);
  }

  Reduction decodeReduction() {
    return reduction(List.of(Timing::decodeMillis));
  }

  Reduction totalReduction() {
    return reduction(List.of(Timing::preprocessMillis, Timing::encodeMillis, Timing::decodeMillis));
  }

  /**
   * Of sums of the samples' medians. The rounds are what is drawn: in each, all samples ran with
   * exits and without, so what disturbs a round is in both.
   */
  private Reduction reduction(List<ToDoubleFunction<Timing>> parts) {
    return Reduction.of(
        repeats,
        counts ->
            1 - sum(DemoRow::deedRuns, counts, parts) / sum(DemoRow::fullRuns, counts, parts));
  }

  private double sum(
      Function<DemoRow, List<Timing>> runs, int[] counts, List<ToDoubleFunction<Timing>> parts) {
    double sum = 0;
    for (DemoRow row : rows) {
      for (ToDoubleFunction<Timing> part : parts) {
        sum += Median.of(runs.apply(row), counts, part);
      }
    }
    return sum;
  }

  /** How far times of equal runs differ. */
  Spread spread() {
    return Spread.of(
        rows.stream()
            .flatMap(row -> Stream.of(row.fullRuns(), row.deedRuns()))
            .map(runs -> runs.stream().map(Timing::totalMillis).toList())
            .toList());
  }

  private double sum(ToDoubleFunction<DemoRow> figure) {
    return rows.stream().mapToDouble(figure).sum();
  }

  /** As the interface states it: shares and reductions are fractions, times milliseconds. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model.toString());
    json.put("layers", layers);
    json.put("repeats", repeats);
    ArrayNode samples = json.putArray("samples");
    for (DemoRow row : rows) {
      ObjectNode sample = samples.addObject();
      Answer answer = row.answer();
      sample.put("id", answer.line().name());
      Path image = answer.line().image();
      sample.put("image", image == null ? null : image.toString());
      sample.put("text", answer.generation().text());
      answer.generation().tokenIds().forEach(sample.putArray("token_ids")::add);
      answer.generation().exitLayers().forEach(sample.putArray("exit_layers")::add);
      if (answer.generation().lossless()) {
        sample.put("drafted", answer.generation().drafted());
        sample.put("accepted", answer.generation().accepted());
      }
      sample.put("equal_to_full", row.equalToFull());
      put(sample.putObject("full"), row.full());
      put(sample.putObject("deed"), row.deed());
    }
    json.put("mean_exit_layer", meanExitLayer());
    json.put("layers_run_share", layersRunShare());
    ObjectNode interval = json.objectNode();
    ObjectNode told = json.objectNode();
    put("decode_reduction", decodeReduction(), json, interval, told);
    put("total_reduction", totalReduction(), json, interval, told);
    json.set("interval", interval);
    json.set("told_apart", told);
    Spread spread = spread();
    if (Double.isNaN(spread.share())) {
      json.putNull("spread");
    } else {
      json.put("spread", spread.share());
    }
    return json;
  }

  private static void put(
      String name, Reduction reduction, ObjectNode json, ObjectNode interval, ObjectNode told) {
    json.put(name, reduction.share().value());
    interval.putArray(name).add(reduction.share().low()).add(reduction.share().high());
    told.put(name, reduction.told());
  }

  private static void put(ObjectNode json, Timing timing) {
    json.put("preprocess_ms", timing.preprocessMillis());
    json.put("encode_ms", timing.encodeMillis());
    json.put("decode_ms", timing.decodeMillis());
    json.put("total_ms", timing.totalMillis());
  }

  /** For reading: a row for each sample, their mean, and what was saved. */
  public String table() {
    TextTable table =
        new TextTable(
            List.of(
                Column.text("sample"),
                Column.number("tokens"),
                Column.number("exit layer"),
                Column.number("layers run"),
                Column.number("encode: full"),
                Column.number("DEED"),
                Column.number("decode: full"),
                Column.number("DEED"),
                Column.number("total: full"),
                Column.number("DEED ms"),
                Column.text("equal")));
    for (DemoRow row : rows) {
      table.add(cells(row.answer().line().name(), List.of(row), row.equalToFull() ? "yes" : "NO"));
    }
    long equal = rows.stream().filter(DemoRow::equalToFull).count();
    table.add(cells("mean", rows, equal + " of " + rows.size()));
    return table.plain()
        + String.format(
            Locale.ROOT,
            """

            Against full depth (%d layers), DEED runs %.1f %% of the layers: %s, %s.
            exit layer: mean over tokens. layers run: against full depth, just-in-time fills counted.
            Times: milliseconds, %s by turns after warm-up; total includes reading the picture.
            %s%s\
            """,
            layers,
            100 * layersRunShare(),
            decodeReduction().words("decode time"),
            totalReduction().words("time in all"),
            repeats == 1 ? "one run each" : "medians of " + repeats + " runs",
            drafts(),
            spread().warning("give --threads below its cores, or --repeats " + 4 * repeats));
  }

  /** What became of drafts; empty where tokens that left early were not verified. */
  private String drafts() {
    if (!Boolean.TRUE.equals(policy.lossless())) {
      return "";
    }
    long wrong = wrong();
    return String.format(
        Locale.ROOT,
        "Of the drafts that full depth was asked about, %,.0f of %,.0f were kept. %s%n",
        sum(row -> row.answer().generation().accepted()),
        sum(row -> row.answer().generation().drafted()),
        wrong == 0
            ? "All answers are those of full depth."
            : "ERROR: " + wrong + " answers are not those of full depth, as they must be.");
  }

  private List<String> cells(String name, List<DemoRow> of, String equal) {
    DemoReport part = new DemoReport(model, policy, layers, repeats, of);
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(String.format(Locale.ROOT, "%.0f", part.sum(DemoRow::tokens) / of.size()));
    cells.add(decimal(part.meanExitLayer()));
    cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * part.layersRunShare()));
    for (ToDoubleFunction<Timing> time :
        List.<ToDoubleFunction<Timing>>of(
            Timing::encodeMillis, Timing::decodeMillis, Timing::totalMillis)) {
      cells.add(decimal(part.sum(row -> time.applyAsDouble(row.full())) / of.size()));
      cells.add(decimal(part.sum(row -> time.applyAsDouble(row.deed())) / of.size()));
    }
    cells.add(equal);
    return cells;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
