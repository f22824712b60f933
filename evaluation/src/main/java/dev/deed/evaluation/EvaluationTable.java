package dev.deed.evaluation;

import static dev.deed.evaluation.TextTable.format;

import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.TextTable.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

public final class EvaluationTable {
  /** Fewer batches can all deviate in one direction by chance. */
  private static final int FEWEST_BATCHES = 5;

  /** Answers of a machine that does nothing else take 5 to 10 % more or less than their counts. */
  private static final double STEADY = 0.25;

  private static final List<String> DRAFT_COLUMNS = List.of("accepted", "kept", "a block");

  private EvaluationTable() {}

  /** For a terminal: aligned, with half-widths of the intervals of times, and what columns mean. */
  public static String plain(EvaluationReport report) {
    return "%d examples of %s, %s\n\n"
            .formatted(report.examples(), report.data(), report.provenance().conditions())
        + table(report, false).plain()
        + """

        agree: answers equal to those of full depth. layers, passes: decoder layers run and walks through their weights, \
        fills counted, by those of full depth.
        heads: head look-ups per token. exit: mean exit layer. -decode, -total: time saved against full depth%s; \
        in brackets, the paired 90 %% interval; not measurable: it holds 0.
        decode, total, prep, encode: mean milliseconds per example, ± to the farther end of the 90 %% interval.
        %s%s\
        """
            .formatted(
                report.comparesModels() ? " of the first model" : "", drafts(report), noise(report))
        + violations(report);
  }

  /** For a page: with 90 % intervals of the metrics and of times, and where it comes from. */
  public static String markdown(EvaluationReport report) {
    Provenance provenance = report.provenance();
    return """
    # Evaluation on %s

    %d examples, %s. Times are means per example; brackets hold 90 %% \
    bootstrap intervals, of `-decode` and `-total` paired ones; `not measurable`: the \
    interval holds 0; `layers` and `passes` count just-in-time fills, against full depth. \
    Definitions: `docs/evaluation.md`.

    %s%s%s

    | | |
    |---|---|
    | command | `%s` |
    | machine | %s |
    | precision | %s |
    | commit | %s |
    | date | %s |
    """
        .formatted(
            report.data(),
            report.examples(),
            provenance.conditions(),
            table(report, true).markdown(),
            violations(report),
            noise(report),
            provenance.command(),
            provenance.machine(),
            provenance.precision(),
            provenance.commit() == null ? "not known" : provenance.commit(),
            provenance.date());
  }

  /** What the rows of full depth mean, and the columns of drafts, where there are such. */
  private static String drafts(EvaluationReport report) {
    boolean forced =
        report.rows().stream().anyMatch(row -> row.policy().equals(EvaluationPolicy.FORCED));
    return (forced
            ? "full: without the model's own language; forced: full depth with it, where tokens"
                + " that it forces take no layer.\n"
            : "")
        + (report.verifies()
            ? "accepted: drafts that full depth emits too, of all that it was asked about; kept:"
                + " their share; a block: drafts asked about at once, on average.\n"
            : "");
  }

  private static String violations(EvaluationReport report) {
    return report.violations().stream()
        .map(line -> "\n" + line + "\n")
        .collect(Collectors.joining());
  }

  /** What is to be done where times are not worth much; empty where they are. */
  private static String noise(EvaluationReport report) {
    if (report.rows().getFirst().batches() < FEWEST_BATCHES) {
      return format(
          "\nSo few examples tell nothing of time: give %d or more.\n",
          FEWEST_BATCHES * report.provenance().batch());
    }
    return report.spread() <= STEADY
        ? ""
        : format(
            "\n"
                + "Times are uneven: half of full depth's answers took over %.0f %% more or less"
                + " than their counts let expect. Counts (layers, passes, heads)\n"
                + "hold all the same. For times, wait until the machine is quiet, or give --threads"
                + " below its cores, --repeats 5, more examples.\n",
            100 * report.spread());
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
            "agree", "layers", "passes", "heads", "exit", "-decode", "-total", "decode", "total",
            "prep", "encode")) {
      columns.add(Column.number(title));
    }
    if (report.verifies()) {
      DRAFT_COLUMNS.forEach(title -> columns.add(Column.number(title)));
    }
    TextTable table = new TextTable(columns);
    report.rows().forEach(row -> table.add(cells(report, row, intervals)));
    return table;
  }

  /** Counts stand before times, which a busy machine blurs. */
  private static List<String> cells(EvaluationReport report, EvaluationRow row, boolean intervals) {
    List<String> cells = new ArrayList<>();
    if (report.comparesModels()) {
      cells.add(row.model());
    }
    cells.add(policy(row));
    for (Estimate metric : row.metrics().values()) {
      cells.add(format("%.2f", metric.value()) + (intervals ? bracketed("%.2f", metric) : ""));
    }
    cells.add(perCent(row.figure(Figure.AGREEMENT)));
    cells.add(perCent(row.figure(Figure.LAYERS_RUN_SHARE)));
    cells.add(perCent(row.figure(Figure.LAYER_PASSES_SHARE)));
    cells.add(format("%.2f", row.figure(Figure.HEAD_LOOKUPS_PER_TOKEN).value()));
    cells.add(format("%.2f", row.figure(Figure.MEAN_EXIT_LAYER).value()));
    cells.add(saved(row.reduction(Figure.DECODE_REDUCTION)));
    cells.add(saved(row.reduction(Figure.TOTAL_REDUCTION)));
    boolean enough = row.reduction(Figure.DECODE_REDUCTION).enough();
    for (Figure time :
        List.of(Figure.DECODE_MS, Figure.TOTAL_MS, Figure.PREPROCESS_MS, Figure.ENCODE_MS)) {
      cells.add(millis(row.figure(time), enough, intervals));
    }
    if (report.verifies()) {
      cells.addAll(drafts(row.drafts()));
    }
    return cells;
  }

  private static List<String> drafts(@Nullable DraftFigures drafts) {
    return drafts == null || drafts.drafted() == 0
        ? Collections.nCopies(DRAFT_COLUMNS.size(), "–")
        : List.of(
            format("%,d of %,d", drafts.accepted(), drafts.drafted()),
            perCent(drafts.acceptedShare()),
            format("%.1f", drafts.length().value()));
  }

  private static String policy(EvaluationRow row) {
    String label = row.policy().label();
    String resolved = row.resolved() == null ? label : row.resolved().toString();
    String same = row.sameAs() == null ? label : row.sameAs();
    return Stream.of(label, resolved, same).distinct().collect(Collectors.joining(" = "));
  }

  private static String saved(Reduction reduction) {
    Estimate share = reduction.share();
    // Full depth beside itself.
    return share.low() == 0 && share.high() == 0 ? "0 %" : reduction.cell();
  }

  private static String millis(Estimate millis, boolean enough, boolean interval) {
    String pattern = millis.value() < 10 ? "%.2f" : "%.1f";
    String value = format(pattern, millis.value());
    return interval
        ? value + bracketed(pattern, millis)
        : enough ? value + format(" ±" + pattern, millis.margin()) : value;
  }

  private static String bracketed(String pattern, Estimate estimate) {
    return format(" [" + pattern + ", " + pattern + "]", estimate.low(), estimate.high());
  }

  private static String perCent(Estimate share) {
    return format("%.1f %%", 100 * share.value());
  }
}
