package dev.deed.evaluation.demo;

import static dev.deed.evaluation.report.TextTable.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.report.Paragraph;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.util.List;

/**
 * What the demonstration measured of all its models.
 *
 * @param reports one for each model, at least one; the first one's figures are the totals
 */
public record DemoResult(List<DemoReport> reports) {
  /** Broken promises of lossless exits, a line for each model that broke it; see the reports. */
  public List<String> violations() {
    return reports.stream().flatMap(report -> report.violations().stream()).toList();
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
                Column.number("exit"),
                Column.number("layers"),
                Column.number("passes"),
                Column.number("decode time"),
                Column.number("time in all"),
                Column.text("same")));
    for (DemoReport report : reports) {
      table.add(List.of(report.name(), "", "", "", "", "", ""));
      report.settings().keySet().forEach(way -> table.add(cells(report, way)));
    }
    StringBuilder text = new StringBuilder(table.plain()).append('\n');
    columns().forEach(column -> text.append(notes.of(column)));
    return text.append(drafts(notes)).append(unevenTimes(notes)).toString();
  }

  private static List<String> cells(DemoReport report, Decoding way) {
    boolean full = way == Decoding.FULL;
    return List.of(
        "  " + way.label(),
        format("%.2f", report.figure(way, Figure.MEAN_EXIT_LAYER)),
        format("%.0f %%", 100 * report.figure(way, Figure.LAYERS_RUN_SHARE)),
        format("%.0f %%", 100 * report.figure(way, Figure.LAYER_PASSES_SHARE)),
        full ? millis(report, Figure.DECODE_MS) : less(report, way, Figure.DECODE_REDUCTION),
        full ? millis(report, Figure.TOTAL_MS) : less(report, way, Figure.TOTAL_REDUCTION),
        report.equal(way) + "/" + report.answers().size());
  }

  private static String millis(DemoReport report, Figure time) {
    return format("%.2f ms", report.figure(Decoding.FULL, time));
  }

  private static String less(DemoReport report, Decoding way, Figure reduction) {
    return report.reduction(way, reduction).range();
  }

  private List<String> columns() {
    int repeats = reports.getFirst().rounds();
    return List.of(
        "exit: mean exit layer" + (verified().isEmpty() ? "." : "; of drafts, where they left."),
        "layers: those run, fills and dropped drafts included, by those of full depth.",
        "passes: walks through their weights; a block of positions counts once.",
        format(
            "times: %s by turns after a warm-up; of exits, how much less or more than full depth"
                + " (90 %% interval). not measurable: %s.",
            repeats == 1 ? "one run each" : "medians of " + repeats + " runs",
            repeats < 5 ? "fewer than five runs" : "the interval holds zero"),
        "in all: with reading and encoding the input. same: answers of full depth.");
  }

  private List<DemoReport> verified() {
    return reports.stream()
        .filter(report -> report.settings().containsKey(Decoding.LOSSLESS))
        .toList();
  }

  private String drafts(Paragraph notes) {
    if (verified().isEmpty()) {
      return "";
    }
    return notes.of(
        format(
            "Lossless exits: %,.0f of %,.0f drafts kept; %s",
            sum(RunTotals.ACCEPTED),
            sum(RunTotals.DRAFTED),
            violations().isEmpty()
                ? "all answers are those of full depth."
                : "ERROR: answers are not those of full depth, as they must be."));
  }

  private double sum(int total) {
    return verified().stream().mapToDouble(one -> one.sum(Decoding.LOSSLESS, total)).sum();
  }

  private String unevenTimes(Paragraph notes) {
    String warning =
        Spread.of(reports.stream().flatMap(report -> report.totals().stream()).toList())
            .warning(
                "give --threads below its cores, or --repeats " + 4 * reports.getFirst().rounds());
    return warning.isEmpty() ? "" : notes.of(warning);
  }
}
