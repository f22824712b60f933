package dev.deed.evaluation;

import dev.deed.evaluation.cost.Economics;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.evaluation.metrics.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether early exit pays for a model, in plain words. What the clock does not tell is not said;
 * counts decide there.
 */
public final class Advice {
  /** Below it, even free decoding would hardly be noticed. */
  private static final double LITTLE = 0.25;

  private static final double SHORT_ANSWER = 3;

  /** Shares are not worth a sentence when they are known no better than that. */
  private static final double VAGUE = 0.15;

  private static final String FIXED_DOES =
      "A fixed exit does as well here: the task does not need different depths.";

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
    Estimate share = economics.decodeShare();
    if (economics.batches() >= Economics.FEWEST_BATCHES) {
      say("Decoding is %s of the time of an answer at full depth.", share(share));
      if (share.high() < LITTLE) {
        say(
            "So even decoding for nothing would save no more: a faster encoder or smaller inputs"
                + " bring more than exits.");
      }
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
    Estimate pass = economics.pass();
    if (!economics.tells(pass)) {
      say(
          "The clock cannot tell the price of a layer here: %.3f to %.3f ms a token. Counts decide"
              + " below. Policies of several depths (static:1..%d), more examples, --repeats 5 or a"
              + " quieter machine would tell it.",
          pass.low(), pass.high(), economics.decoderLayers());
      return;
    }
    List<String> told = new ArrayList<>();
    List<String> untold = new ArrayList<>();
    String[] names = {
      "a token itself",
      "a decoder layer",
      "a position filled later",
      "a head look-up",
      "a layer reached at all"
    };
    String[] units = {"", " a token", "", "", " an answer"};
    for (int i = 0; i < names.length; i++) {
      Estimate price = economics.prices().get(i);
      if (economics.tells(price)) {
        told.add(
            String.format(
                Locale.ROOT,
                "%s %.3f ms%s (±%.3f)",
                names[i],
                price.value(),
                units[i],
                price.margin()));
      } else {
        untold.add(names[i]);
      }
    }
    say("Prices: %s.", String.join(", ", told));
    if (!untold.isEmpty()) {
      say("The clock does not tell those of %s.", String.join(", ", untold));
    }
    Estimate head = economics.headInLayers();
    if (economics.tells(head) && head.value() >= 1) {
      say(
          "A look-up is as dear as %.1f layers: try @shortlist=8, which spares most that are in"
              + " vain, ask at few exits (--exit-layers), or train a gate, which needs no look-up.",
          head.value());
    }
    Estimate saved = economics.mostSaved();
    if (saved.margin() <= VAGUE) {
      say(
          "If every token left at layer 1, decoding would take %s less time: the most that exits"
              + " can bring.",
          share(saved));
    }
  }

  private void depth() {
    AdvisedExits exits = new AdvisedExits(report);
    if (exits.full() == null) {
      say(
          "Add full and static:1..%d to --policies for advice on depth.",
          economics.decoderLayers());
      return;
    }
    EvaluationRow fixed = exits.best(EvaluationPolicy.Kind.STATIC);
    EvaluationRow dynamic = exits.best(EvaluationPolicy.Kind.DYNAMIC);
    if (fixed == null && dynamic == null) {
      say(
          "Nothing that was tried runs less and stays within %.1f points of full depth: train the"
              + " exits (deed train --loss deed), or ask for more confidence.",
          AdvisedExits.TOLERATED);
      return;
    }
    tried("fixed", fixed, exits.full());
    tried("dynamic", dynamic, exits.full());
    if (fixed != null) {
      compared(exits, fixed, dynamic);
    }
  }

  private void compared(AdvisedExits exits, EvaluationRow fixed, @Nullable EvaluationRow dynamic) {
    if (dynamic == null) {
      say(
          exits.tried(EvaluationPolicy.Kind.DYNAMIC)
              ? FIXED_DOES
              : "No threshold was tried: add default or max_prob:0.5,0.9 to --policies.");
      return;
    }
    if (dynamic.decode().counts().equals(fixed.decode().counts())) {
      say("The two have the same counts.");
      say(FIXED_DOES);
      return;
    }
    Reduction clock = dynamic.decode().surelyAgainst(fixed.decode());
    if (clock.told()) {
      say("%s takes %s than %s.", name(dynamic), clock.words("decode time"), name(fixed));
      if (clock.share().value() < 0) {
        say(FIXED_DOES);
      }
      return;
    }
    Estimate counts = exits.byCounts(dynamic.decode(), fixed.decode());
    boolean fewer = counts.low() > 0;
    boolean more = counts.high() < 0;
    if (fewer || more) {
      say(
          "The clock does not tell the two apart; by its counts %s takes %.0f %% %s decode time"
              + " (±%.0f).",
          name(dynamic),
          100 * Math.abs(counts.value()),
          fewer ? "less" : "more",
          100 * counts.margin());
      if (more) {
        say(FIXED_DOES);
      }
    } else {
      say(
          "Neither the clock nor counts tell which of the two is cheaper here; a fixed exit is the"
              + " simpler.");
    }
  }

  private void tried(String kind, @Nullable EvaluationRow row, EvaluationRow full) {
    if (row == null) {
      return;
    }
    Metric metric = report.metrics().getFirst();
    say(
        "The cheapest %s exit within half a point of full depth is %s: %s %.1f against %.1f,"
            + " %.0f %% of the layers in %.0f %% of the passes, %.2f look-ups a token, %s, %s.",
        kind,
        name(row),
        metric.name(),
        AdvisedExits.value(row, metric),
        AdvisedExits.value(full, metric),
        100 * row.layersRunShare().value(),
        100 * row.layerPassesShare().value(),
        row.headLookupsPerToken().value(),
        row.decodeReduction().words("decode time"),
        row.totalReduction().words("time in all"));
  }

  private static String name(EvaluationRow row) {
    String label = row.policy().label();
    return row.resolved() == null ? label : label + " = " + String.valueOf(row.resolved());
  }

  /** A share with its interval. */
  private static String share(Estimate share) {
    return String.format(Locale.ROOT, "%.0f %% (±%.1f)", 100 * share.value(), 100 * share.margin());
  }

  private void say(String format, Object... arguments) {
    lines.add(String.format(Locale.ROOT, format, arguments));
  }
}
