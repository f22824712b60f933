package dev.deed.evaluation;

import static dev.deed.evaluation.TextTable.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.InputLine;
import dev.deed.evaluation.DemoReport.Decoding;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.TextTable.Column;
import dev.deed.value.Timing;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What the demonstration measured of all its models.
 *
 * @param reports one for each model, at least one; the first one's figures are the totals
 */
public record DemoResult(List<DemoReport> reports) {
  /** Broken promises of lossless exits, a line for each model that broke it; see the reports. */
  public List<String> violations() {
    return reports.stream().flatMap(DemoReport::violations).toList();
  }

  /** As the interface states it: shares and reductions are fractions, times milliseconds. */
  public ObjectNode json() {
    return DemoJson.of(reports);
  }

  /**
   * For reading: a row for each model and way of decoding, within 80 columns, and what the columns
   * hold.
   *
   * @param notes how the sentences below the table are written
   */
  public String table(Paragraph notes) {
    TextTable table =
        new TextTable(
            List.of(
                Column.text("decoding"),
                Column.number("layers"),
                Column.number("passes"),
                Column.number("decode time"),
                Column.number("time in all"),
                Column.text("same")));
    for (DemoReport report : reports) {
      table.add(List.of(report.name(), "", "", "", "", ""));
      report.ways().forEach((decoding, way) -> table.add(cells(report, decoding, way.row())));
    }
    EvaluationRow full = reports.getFirst().way(Decoding.FULL).row();
    return table.plain()
        + "\n"
        + notes.of(
            "Beside full depth, where every token runs all layers: layers run, and walks through"
                + " their weights, where a block of positions counts once; how much less or more"
                + " time a sample takes (90 % interval of runs by turns; in all: with the encoder);"
                + " how many answers are the same. not measurable: "
                + (full.reduction(Figure.DECODE_REDUCTION).enough()
                    ? "the interval holds zero."
                    : "fewer than five runs."))
        + (reports.stream().anyMatch(report -> report.ways().containsKey(Decoding.FORCED))
            ? notes.of(
                "forced tokens: full depth with the model's own grammar, which exits have too;"
                    + " where it allows one token alone, no layer is asked.")
            : "")
        + drafts(notes);
  }

  private static List<String> cells(DemoReport report, Decoding decoding, EvaluationRow row) {
    boolean full = decoding == Decoding.FULL;
    return List.of(
        "  " + decoding.label(),
        format("%.0f %%", 100 * row.figure(Figure.LAYERS_RUN_SHARE).value()),
        format("%.0f %%", 100 * row.figure(Figure.LAYER_PASSES_SHARE).value()),
        full ? millis(row, Figure.DECODE_MS) : row.reduction(Figure.DECODE_REDUCTION).range(),
        full ? millis(row, Figure.TOTAL_MS) : row.reduction(Figure.TOTAL_REDUCTION).range(),
        report.equal(decoding) + "/" + report.samples().size());
  }

  private static String millis(EvaluationRow row, Figure time) {
    return format("%.2f ms", row.figure(time).value());
  }

  private String drafts(Paragraph notes) {
    List<DraftFigures> drafts =
        reports.stream()
            .flatMap(report -> report.ways().values().stream())
            .map(way -> way.row().drafts())
            .filter(Objects::nonNull)
            .toList();
    return drafts.isEmpty()
        ? ""
        : notes.of(
            format(
                "Lossless exits: %,d of %,d drafts kept; %s",
                drafts.stream().mapToInt(DraftFigures::accepted).sum(),
                drafts.stream().mapToInt(DraftFigures::drafted).sum(),
                violations().isEmpty()
                    ? "all answers are those of full depth."
                    : "ERROR: answers are not those of full depth, as they must be."));
  }

  /** The demonstration as JSON: shares and reductions are fractions, times milliseconds. */
  private static final class DemoJson {
    private DemoJson() {}

    /** Samples of all models, at least one; the figures at the top are those of the first one. */
    static ObjectNode of(List<DemoReport> reports) {
      DemoReport first = reports.getFirst();
      ObjectNode json = EvaluationJson.row(first.way(Decoding.EARLY).row());
      json.put("layers", first.layers()).put("repeats", first.rounds());
      ArrayNode samples = json.putArray("samples");
      ArrayNode models = json.putArray("models");
      for (DemoReport report : reports) {
        for (int i = 0; i < report.samples().size(); i++) {
          samples.add(sample(report, i));
        }
        ObjectNode model = models.addObject();
        model.put("model", report.model().toString()).put("layers", report.layers());
        ObjectNode decodings = model.putObject("decodings");
        report
            .ways()
            .forEach(
                (decoding, way) ->
                    decodings.set(
                        decoding.name().toLowerCase(Locale.ROOT),
                        EvaluationJson.row(way.row())
                            .put("equal_to_full", report.equal(decoding))));
      }
      return json;
    }

    private static ObjectNode sample(DemoReport report, int i) {
      ObjectNode sample = JsonNodeFactory.instance.objectNode();
      InputLine line = report.samples().get(i);
      Observation answer = report.answer(Decoding.EARLY, i);
      sample.put("model", report.model().toString()).put("id", line.name());
      sample.put("image", line.image() == null ? null : line.image().toString());
      sample.put("prompt", line.prompt()).put("text", answer.text());
      answer.tokenIds().forEach(sample.putArray("token_ids")::add);
      answer.exitLayers().forEach(sample.putArray("exit_layers")::add);
      sample.put("equal_to_full", report.isEqual(Decoding.EARLY, i));
      put(sample.putObject("full"), report.answer(Decoding.FULL, i).timing());
      put(sample.putObject("deed"), answer.timing());
      if (report.ways().containsKey(Decoding.LOSSLESS)) {
        ObjectNode verified = sample.putObject("lossless");
        put(verified, report.answer(Decoding.LOSSLESS, i).timing());
        verified.put("equal_to_full", report.isEqual(Decoding.LOSSLESS, i));
      }
      return sample;
    }

    private static void put(ObjectNode json, Timing timing) {
      json.put("preprocess_ms", timing.preprocessMillis()).put("encode_ms", timing.encodeMillis());
      json.put("decode_ms", timing.decodeMillis()).put("total_ms", timing.totalMillis());
    }
  }
}
