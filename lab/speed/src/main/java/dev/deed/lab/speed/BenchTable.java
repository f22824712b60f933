package dev.deed.lab.speed;

import static dev.deed.evaluation.TextTable.Column.number;
import static dev.deed.evaluation.TextTable.Column.text;

import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.Reduction;
import dev.deed.evaluation.TextTable;
import dev.deed.lab.speed.Measurement.Run;
import dev.deed.value.WeightPrecision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** What a bench found, as tables for a terminal or a page. */
public final class BenchTable {
  /** Compilers that worked for more than this share of the measured time were not done. */
  private static final double COMPILING = 0.05;

  private BenchTable() {}

  /** For a terminal. */
  public static String plain(BenchReport report) {
    StringBuilder text = new StringBuilder();
    write(report, text, TextTable::plain, "");
    return text.toString();
  }

  /** As a Markdown page. */
  public static String markdown(BenchReport report) {
    StringBuilder text = new StringBuilder("# Speed\n\n```\n");
    Provenance provenance = report.provenance();
    text.append(provenance.command()).append("\n```\n\n").append(provenance.machine());
    text.append("; commit ").append(provenance.commit());
    text.append(", ").append(provenance.date()).append(".\n\n");
    write(report, text, TextTable::markdown, "## ");
    return text.toString();
  }

  private static void write(
      BenchReport report, StringBuilder text, Function<TextTable, String> form, String heading) {
    BenchFindings findings = report.findings();
    text.append(heading).append("The machine\n").append(heading.isEmpty() ? "" : "\n");
    text.append(form.apply(limits(findings.limits()))).append('\n');
    text.append(heading).append("Engines\n").append(heading.isEmpty() ? "" : "\n");
    text.append(form.apply(engines(findings))).append('\n');
    text.append(warning(findings.rows(), report.provenance().repeats()));
    text.append(compiling(findings.rows()));
    if (!findings.pairs().isEmpty()) {
      text.append(heading)
          .append("Times by those of ")
          .append(name(findings.pairs().getFirst().first()));
      text.append(", pairs by turns\n").append(heading.isEmpty() ? "" : "\n");
      text.append(form.apply(pairs(findings.pairs()))).append('\n');
    }
    List<BenchPair> peers = findings.peers();
    if (!peers.isEmpty()) {
      text.append(heading).append("Peers' times by deed's, rounds by turns\n");
      text.append(heading.isEmpty() ? "" : "\n");
      text.append(form.apply(pairs(peers))).append('\n');
      text.append(behind(findings)).append(report.provenance().machine()).append(".\n\n");
    }
    for (BenchRow row : findings.rows()) {
      if (row.failure() != null) {
        text.append(title(row.conditions()))
            .append(", ")
            .append(row.engine())
            .append(": ")
            .append(row.failure())
            .append(heading.isEmpty() ? "\n" : "\n\n");
      }
    }
    for (ModelParts model : findings.parts()) {
      text.append(heading).append("Parts of ").append(title(model.conditions()));
      text.append(", batch 1\n").append(heading.isEmpty() ? "" : "\n");
      text.append(form.apply(parts(model.parts()))).append('\n');
      text.append("Milliseconds a token when every step stops at layer 1, 2, …: ");
      text.append(String.join(", ", model.byDepth().stream().map(BenchTable::millis).toList()));
      text.append(".\n\n");
    }
  }

  /** In which cells a peer is faster, and by how much. */
  private static String behind(BenchFindings findings) {
    List<BenchFindings.Behind> behind = findings.behind();
    long cells =
        2 * findings.peers().stream().map(pair -> pair.row().conditions()).distinct().count();
    StringBuilder text = new StringBuilder();
    text.append("Behind the fastest peer in %d of %d cells".formatted(behind.size(), cells));
    text.append(behind.isEmpty() ? ".\n" : ":\n");
    for (BenchFindings.Behind one : behind) {
      text.append(
          "- %s: %s takes %s of deed's time\n"
              .formatted(
                  name(one.pair().row()),
                  one.figure().equals(BenchPair.TOKEN) ? "a token" : "the first token",
                  times(Objects.requireNonNull(one.pair().less().get(one.figure())))));
    }
    return text.append('\n').toString();
  }

  /** Of the widest spread of all rows, with what to do about it. */
  private static String warning(List<BenchRow> rows, int repeats) {
    return rows.stream()
        .map(BenchRow::spread)
        .filter(Spread::wide)
        .max(Comparator.comparingDouble(Spread::share))
        .map(
            widest ->
                widest.warning("give --threads below its cores, or --repeats " + 4 * repeats)
                    + "\n")
        .orElse("");
  }

  /** Of the row while which compilers worked most, if they did. */
  private static String compiling(List<BenchRow> rows) {
    return rows.stream()
        .filter(row -> row.compiling() > COMPILING)
        .max(Comparator.comparingDouble(BenchRow::compiling))
        .map(
            row ->
                ("%s: the JVM's compilers still worked, for %s %% of the measured time. For settled"
                        + " times give --warm-up more.\n")
                    .formatted(name(row), format("%.0f", 100 * row.compiling())))
        .orElse("");
  }

  private static TextTable pairs(List<BenchPair> pairs) {
    TextTable table =
        new TextTable(
            List.of(
                text("row"),
                number("first token"),
                number("processor"),
                number("a token"),
                number("processor")));
    for (BenchPair pair : pairs) {
      List<String> cells = new ArrayList<>(List.of(name(pair.row())));
      pair.less().values().forEach(less -> cells.add(times(less)));
      table.add(cells);
    }
    return table;
  }

  private static String name(BenchRow row) {
    BenchCase conditions = row.conditions();
    return "%s, batch %d, %d → %d tokens, %s"
        .formatted(
            title(conditions),
            conditions.batch(),
            row.sourceLength(),
            conditions.newTokens(),
            row.engine());
  }

  private static TextTable limits(List<MachineLimits> limits) {
    List<TextTable.Column> columns =
        new ArrayList<>(List.of(number("threads"), number("reads GB/s")));
    Set<WeightPrecision> precisions = limits.getFirst().gigaflops().keySet();
    for (WeightPrecision precision : precisions) {
      columns.add(number(precision.label() + " GFLOP/s"));
    }
    TextTable table = new TextTable(columns);
    for (MachineLimits limit : limits) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(limit.threads()));
      cells.add(format("%.1f", limit.readGigabytes()));
      for (WeightPrecision precision : precisions) {
        cells.add(format("%.0f", limit.gigaflops().getOrDefault(precision, Double.NaN)));
      }
      table.add(cells);
    }
    return table;
  }

  private static TextTable engines(BenchFindings findings) {
    TextTable table =
        new TextTable(
            List.of(
                text("model"),
                text("precision"),
                number("threads"),
                number("batch"),
                number("source"),
                number("tokens"),
                text("engine"),
                number("first token ms"),
                number("processor"),
                number("ms a token"),
                number("processor"),
                number("lowest … highest"),
                number("tokens/s"),
                number("of ideal"),
                number("of deed's time"),
                number("peak MiB"),
                text("ids")));
    for (BenchRow row : findings.rows()) {
      if (row.failure() == null) {
        BenchCase conditions = row.conditions();
        BenchRow ours = findings.ours(conditions);
        List<Double> runs = row.runs(Run::tokenMillis);
        table.add(
            List.of(
                conditions.name(),
                conditions.weights(),
                Integer.toString(conditions.threads()),
                Integer.toString(conditions.batch()),
                Integer.toString(row.sourceLength()),
                Integer.toString(conditions.newTokens()),
                row.engine(),
                millis(row.time(Run::firstTokenMillis)),
                millis(row.time(Run::firstTokenProcessorMillis)),
                millis(row.time(Run::tokenMillis)),
                millis(row.time(Run::tokenProcessorMillis)),
                millis(Collections.min(runs)) + " … " + millis(Collections.max(runs)),
                format("%.0f", row.tokensPerSecond()),
                format("%.2f", row.idealRatio()),
                row == ours ? "1" : times(row.less(ours, Run::tokenMillis)),
                format("%.0f", row.highest(Measurement::peakMebibytes)),
                row.sameIds() ? "same" : "differ"));
      }
    }
    return table;
  }

  /** "0.48 [0.46, 0.50]"; "not measurable [0.93, 1.10]" where the interval holds 1. */
  private static String times(Reduction less) {
    Estimate share = less.share();
    String ratio =
        less.enough() && !less.isMeasurable()
            ? "not measurable"
            : format("%.2f", 1 - share.value());
    return share.low() == share.high()
        ? ratio
        : ratio
            + " [%s, %s]"
                .formatted(format("%.2f", 1 - share.high()), format("%.2f", 1 - share.low()));
  }

  private static TextTable parts(List<Part> parts) {
    TextTable table =
        new TextTable(
            List.of(
                text("part"),
                number("ms"),
                number("GB/s"),
                number("of reading"),
                number("GFLOP/s"),
                number("of arithmetic"),
                text("bound by")));
    for (Part part : parts) {
      table.add(
          List.of(
              part.name(),
              format("%.3f", part.time().value())
                  + format(" [%.3f, ", part.time().low())
                  + format("%.3f]", part.time().high()),
              format("%.1f", part.gigabytes()),
              format("%.0f %%", 100 * part.readShare()),
              format("%.1f", part.gigaflops()),
              format("%.0f %%", 100 * part.arithmeticShare()),
              part.bound()));
    }
    return table;
  }

  static String title(BenchCase conditions) {
    return "%s, %s, threads %d"
        .formatted(conditions.name(), conditions.weights(), conditions.threads());
  }

  private static String millis(double value) {
    return format(value < 10 ? "%.2f" : "%.1f", value);
  }

  private static String format(String pattern, double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, pattern, value);
  }
}
