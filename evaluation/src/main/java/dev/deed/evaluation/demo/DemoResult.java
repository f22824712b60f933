package dev.deed.evaluation.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Generation;
import dev.deed.Timing;
import dev.deed.evaluation.Spread;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.report.TextTable;
import dev.deed.evaluation.report.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the demonstration measured of all its models.
 *
 * @param reports one for each model, at least one; the first one's figures are the totals
 */
public record DemoResult(List<DemoReport> reports) {
  private static final List<ToDoubleFunction<Timing>> TIMES =
      List.of(Timing::encodeMillis, Timing::decodeMillis, Timing::totalMillis);

  public DemoResult {
    reports = List.copyOf(reports);
  }

  /** Broken promises of lossless exits, a line for each model that broke it; see the reports. */
  public List<String> violations() {
    return reports.stream().flatMap(report -> report.violations().stream()).toList();
  }

  /** As the interface states it: shares and reductions are fractions, times milliseconds. */
  public ObjectNode json() {
    return DemoJson.of(reports);
  }

  /** For reading: a row for each model and way of decoding, and what was saved. */
  public String table() {
    TextTable table =
        new TextTable(
            List.of(
                Column.text("model"),
                Column.text("decoding"),
                Column.number("tokens"),
                Column.number("exit layer"),
                Column.number("layers run"),
                Column.number("passes"),
                Column.number("encode"),
                Column.number("decode"),
                Column.number("total ms"),
                Column.text("equal")));
    StringBuilder saved = new StringBuilder();
    for (DemoReport report : reports) {
      String name = report.name();
      for (Decoding way : report.settings().keySet()) {
        table.add(cells(name, report, way));
        name = "";
        if (way != Decoding.FULL) {
          saved.append(saving(report, way));
        }
      }
    }
    int repeats = reports.getFirst().repeats();
    return table.plain()
        + "\n"
        + saved
        + format(
            """

            Rows: means of the samples of %s. exit layer: mean over tokens%s.
            layers run: against full depth for the same tokens, just-in-time fills counted.
            passes: over a layer's weights, against full depth; a block of positions counts once.
            equal: answers with the tokens of full depth.
            Times: milliseconds, %s by turns after warm-up; total includes reading the picture.
            %s\
            """,
            reports.size() == 1 ? "the model" : "each model",
            reports.stream().anyMatch(report -> report.settings().containsKey(Decoding.LOSSLESS))
                ? "; of lossless exits, of the layer that drafted"
                : "",
            repeats == 1 ? "one run each" : "medians of " + repeats + " runs",
            Spread.of(reports.stream().flatMap(report -> report.totals().stream()).toList())
                .warning("give --threads below its cores, or --repeats " + 4 * repeats));
  }

  private static List<String> cells(String name, DemoReport report, Decoding way) {
    List<String> cells = new ArrayList<>();
    int samples = report.rows().size();
    cells.add(name);
    cells.add(way.label());
    cells.add(format("%.0f", report.tokens(way) / samples));
    cells.add(decimal(report.meanExitLayer(way)));
    cells.add(format("%.1f %%", 100 * report.layersRunShare(way)));
    cells.add(format("%.1f %%", 100 * report.layerPassesShare(way)));
    TIMES.forEach(time -> cells.add(decimal(report.meanMillis(way, time))));
    cells.add(report.equal(way) + " of " + samples);
    return cells;
  }

  /** What a way of decoding saved against full depth; ends with a line break. */
  private static String saving(DemoReport report, Decoding way) {
    Reduction decode = report.decodeReduction(way);
    Reduction total = report.totalReduction(way);
    String drafts =
        way == Decoding.LOSSLESS
            ? format(
                "%n  Full depth kept %,.0f of %,.0f drafts. %s",
                report.count(way, Generation::accepted),
                report.count(way, Generation::drafted),
                report.violations().isEmpty()
                    ? "All answers are those of full depth."
                    : "ERROR: answers are not those of full depth, as they must be.")
            : "";
    return format(
        "%s, %s: %s,%n  %s.%s%n",
        report.name(),
        way.label(),
        decode.words("decode time"),
        total.words("time in all"),
        drafts);
  }

  private static String decimal(double value) {
    return format("%.2f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
