package dev.deed.evaluation.demo;

import static dev.deed.evaluation.report.TextTable.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.report.Paragraph;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import dev.deed.value.Timing;
import java.util.List;
import java.util.function.ToDoubleFunction;

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
        format("%.2f", report.meanExitLayer(way)),
        format("%.0f %%", 100 * report.layersRunShare(way)),
        format("%.0f %%", 100 * report.layerPassesShare(way)),
        full ? millis(report, Timing::decodeMillis) : report.decodeReduction(way).range(),
        full ? millis(report, Timing::totalMillis) : report.totalReduction(way).range(),
        report.equal(way) + "/" + report.rows().size());
  }

  private static String millis(DemoReport report, ToDoubleFunction<Timing> time) {
    return format("%.2f ms", report.meanMillis(Decoding.FULL, time));
  }

  private List<String> columns() {
    int repeats = reports.getFirst().repeats();
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
            sum(verified(), Generation::accepted),
            sum(verified(), Generation::drafted),
            violations().isEmpty()
                ? "all answers are those of full depth."
                : "ERROR: answers are not those of full depth, as they must be."));
  }

  private static double sum(List<DemoReport> reports, ToDoubleFunction<Generation> figure) {
    return reports.stream().mapToDouble(report -> report.count(Decoding.LOSSLESS, figure)).sum();
  }

  private String unevenTimes(Paragraph notes) {
    String warning =
        Spread.of(reports.stream().flatMap(report -> report.totals().stream()).toList())
            .warning(
                "give --threads below its cores, or --repeats " + 4 * reports.getFirst().repeats());
    return warning.isEmpty() ? "" : notes.of(warning);
  }
}
