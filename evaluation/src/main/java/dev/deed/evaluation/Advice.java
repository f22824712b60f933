package dev.deed.evaluation;

import dev.deed.evaluation.metrics.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether early exit pays for a model, in plain words. */
public final class Advice {
  /** A loss that users do not mind, in points of the metric. */
  private static final double TOLERATED = 0.5;

  /** Below it, even free decoding would hardly be noticed. */
  private static final double LITTLE = 0.25;

  private static final double SHORT_ANSWER = 3;

  private final EvaluationReport report;
  private final Economics economics;
  private final List<String> lines = new ArrayList<>();

  private Advice(EvaluationReport report) {
    this.report = report;
    this.economics = report.economics();
  }

  /** One sentence or two a line. */
  public static List<String> of(EvaluationReport report) {
    Advice advice = new Advice(report);
    advice.time();
    advice.prices();
    advice.depth();
    return List.copyOf(advice.lines);
  }

  private void time() {
    double share = economics.decodeShare();
    say("Decoding is %.0f %% of the time of an answer at full depth.", 100 * share);
    if (share < LITTLE) {
      say(
          "So even decoding for nothing would save no more: a faster encoder or smaller inputs"
              + " bring more than exits.");
    }
    double tokens = economics.tokensPerAnswer();
    say("Answers have %.1f tokens.", tokens);
    if (tokens < SHORT_ANSWER) {
      say(
          "That is short: exits save little on steps, and most by not projecting the encoder's"
              + " output for layers that are never reached.");
    }
  }

  private void prices() {
    DecodeCost cost = economics.cost();
    say(
        "A decoder layer costs %.3f ms a token, a position filled later %.3f ms, a head look-up"
            + " %.3f ms, a layer reached at all %.3f ms an answer, the rest %.3f ms a token.",
        cost.pass(), cost.filledRow(), cost.head(), cost.firstReach(), cost.token());
    double head = economics.headInLayers();
    if (head >= 1) {
      say(
          "A look-up is as dear as %.1f layers: try @shortlist=8, which spares most that are in"
              + " vain, ask at few exits (--exit-layers), or train a gate, which needs no look-up.",
          head);
    }
    say(
        "If every token left at layer 1, decoding would fall by %.0f %%, the whole by %.0f %%: the"
            + " most that exits can bring.",
        100 * economics.savedAt(1), 100 * economics.savedAt(1) * economics.decodeShare());
  }

  private void depth() {
    EvaluationRow full = row(EvaluationPolicy.Kind.FULL);
    if (full == null) {
      say(
          "Add full and static:1..%d to --policies for advice on depth.",
          economics.decoderLayers());
      return;
    }
    EvaluationRow fixed = best(full, EvaluationPolicy.Kind.STATIC);
    EvaluationRow dynamic = best(full, EvaluationPolicy.Kind.DYNAMIC);
    if (fixed == null && dynamic == null) {
      say(
          "Nothing that was tried stays within %.1f points of full depth: train the exits (deed"
              + " train --loss deed), or ask for more confidence.",
          TOLERATED);
      return;
    }
    if (fixed != null) {
      tried("The fastest fixed exit within half a point of full depth is %s: %s.", fixed, full);
    }
    if (dynamic != null) {
      tried("The fastest dynamic exit within half a point is %s: %s.", dynamic, full);
    }
    if (fixed != null
        && (dynamic == null || fixed.decodeMillis().value() <= dynamic.decodeMillis().value())) {
      say("A fixed exit does as well here: the task does not need different depths.");
    }
  }

  private void tried(String sentence, EvaluationRow row, EvaluationRow full) {
    String metric = report.metrics().getFirst().name();
    say(
        sentence,
        row.policy().label(),
        String.format(
            Locale.ROOT,
            "%s %.1f against %.1f, %s, %s",
            metric,
            value(row),
            value(full),
            row.decodeReduction().words("decode time"),
            row.totalReduction().words("time in all")));
  }

  private @Nullable EvaluationRow best(EvaluationRow full, EvaluationPolicy.Kind kind) {
    return rows()
        .filter(row -> row.policy().kind() == kind)
        .filter(row -> loss(row, full) <= TOLERATED)
        .filter(row -> row.decodeMillis().value() < full.decodeMillis().value())
        .min(Comparator.comparingDouble(row -> row.decodeMillis().value()))
        .orElse(null);
  }

  private @Nullable EvaluationRow row(EvaluationPolicy.Kind kind) {
    return rows().filter(row -> row.policy().kind() == kind).findFirst().orElse(null);
  }

  private Stream<EvaluationRow> rows() {
    String first = report.rows().getFirst().model();
    return report.rows().stream().filter(row -> row.model().equals(first));
  }

  private double loss(EvaluationRow row, EvaluationRow full) {
    Metric metric = report.metrics().getFirst();
    return metric.higherIsBetter() ? value(full) - value(row) : value(row) - value(full);
  }

  private double value(EvaluationRow row) {
    Estimate estimate = row.metrics().get(report.metrics().getFirst().name());
    return estimate == null ? 0 : estimate.value();
  }

  private void say(String format, Object... arguments) {
    lines.add(String.format(Locale.ROOT, format, arguments));
  }
}
