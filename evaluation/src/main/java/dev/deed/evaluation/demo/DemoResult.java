package dev.deed.evaluation.demo;

import static dev.deed.evaluation.report.TextTable.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.DraftFigures;
import dev.deed.evaluation.EvaluationRow;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.report.Paragraph;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.util.List;
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
}
