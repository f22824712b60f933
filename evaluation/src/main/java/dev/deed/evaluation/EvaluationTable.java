package dev.deed.evaluation;

import dev.deed.evaluation.metrics.Metric;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An evaluation as a table. */
public final class EvaluationTable {
  private EvaluationTable() {}

  /** For a terminal: aligned, without intervals, and what its columns mean. */
  public static String plain(EvaluationReport report) {
    return "%d examples of %s, batch %d, %d threads%s\n\n"
            .formatted(
                report.examples(),
                report.data(),
                report.provenance().batch(),
                report.provenance().threads(),
                repeats(report.provenance()))
        + table(report, false).plain()
        + """

        exit: mean exit layer. layers, passes: decoder layers run and walks through their weights, \
        fills counted, by those of full depth.
        heads: head look-ups per token. prep, encode, decode, total: mean milliseconds per example. \
        -decode, -total: time saved against full depth%s.
        agree: answers equal to those of full depth.
        """
            .formatted(report.comparesModels() ? " of the first model" : "");
  }

  /** For a page: with 90 % intervals of the metrics and of decode time, and where it comes from. */
  public static String markdown(EvaluationReport report) {
    Provenance provenance = report.provenance();
    return """
        # Evaluation on %s

        %d examples, batch %d, %d threads%s. Times are means per example; brackets hold 90 %% \
        bootstrap intervals; `layers` and `passes` count just-in-time fills, against full depth. \
        Definitions: `docs/evaluation.md`.

        %s
        ![%s against decode time](evaluation.png)
        %s
        | | |
        |---|---|
        | command | `%s` |
        | machine | %s |
        | commit | %s |
        | date | %s |
        """
        .formatted(
            report.data(),
            report.examples(),
            provenance.batch(),
            provenance.threads(),
            repeats(provenance),
            table(report, true).markdown(),
            report.metrics().getFirst().name(),
            ExitPlot.of(report).isEmpty()
                ? ""
                : "\n![Share of tokens by exit layer, and mean exit layer along the answer](exits.png)\n",
            provenance.command(),
            provenance.machine(),
            provenance.commit() == null ? "not known" : provenance.commit(),
            provenance.date());
  }

  private static String repeats(Provenance provenance) {
    return provenance.repeats() == 1
        ? ""
        : ", medians of " + provenance.repeats() + " runs of each example";
  }

  private static TextTable table(EvaluationReport report, boolean intervals) {
    List<Column> columns = new ArrayList<>();
    if (report.comparesModels()) {
      columns.add(Column.text("model"));
    }
    columns.add(Column.text("policy"));
    for (Metric metric : report.metrics()) {
      columns.add(Column.number(metric.name()));
    }
    for (String title :
        List.of(
            "exit", "layers", "passes", "heads", "prep", "encode", "decode", "total", "-decode",
            "-total", "agree")) {
      columns.add(Column.number(title));
    }
    TextTable table = new TextTable(columns);
    report.rows().forEach(row -> table.add(cells(report, row, intervals)));
    return table;
  }

  private static List<String> cells(EvaluationReport report, EvaluationRow row, boolean intervals) {
    List<String> cells = new ArrayList<>();
    if (report.comparesModels()) {
      cells.add(row.model());
    }
    String label = row.policy().label();
    cells.add(
        row.resolved() == null ? label : label + " = " + EvaluationPolicy.spelled(row.resolved()));
    for (Estimate metric : row.metrics().values()) {
      cells.add(number(metric, intervals));
    }
    cells.add(number(row.meanExitLayer(), false));
    cells.add(perCent(row.layersRunShare()));
    cells.add(perCent(row.layerPassesShare()));
    cells.add(number(row.headLookupsPerToken(), false));
    cells.add(number(row.preprocessMillis(), false));
    cells.add(number(row.encodeMillis(), false));
    cells.add(number(row.decodeMillis(), intervals));
    cells.add(number(row.totalMillis(), false));
    cells.add(perCent(row.decodeReduction()));
    cells.add(perCent(row.totalReduction()));
    cells.add(perCent(row.agreement()));
    return cells;
  }

  private static String number(Estimate estimate, boolean interval) {
    return interval
        ? "%s [%s, %s]"
            .formatted(decimal(estimate.value()), decimal(estimate.low()), decimal(estimate.high()))
        : decimal(estimate.value());
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String perCent(Estimate share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share.value());
  }
}
