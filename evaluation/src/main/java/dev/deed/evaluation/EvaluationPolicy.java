package dev.deed.evaluation;

import dev.deed.GenerationOptions;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.History;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Exit settings under evaluation. Immutable.
 *
 * @param label as the user spells it, one policy alone: {@code static:3}, {@code
 *     copy:max_prob:0.9@min=2}
 * @param policy when a step stops; null: the model's own
 * @param layers 1-based layers that may emit; null: all exits of the model
 * @param minLayer exits below it are passed by, from 1
 * @param history what later steps see of positions that stopped early
 */
public record EvaluationPolicy(
    String label,
    @Nullable ExitPolicy policy,
    @Nullable List<Integer> layers,
    int minLayer,
    History history) {
  /** Full depth, the reference of agreement and reductions. */
  public static final EvaluationPolicy FULL =
      new EvaluationPolicy("full", ExitPolicy.full(), null, 1, History.JIT);

  public EvaluationPolicy {
    layers = layers == null ? null : List.copyOf(layers);
  }

  /** A policy under its name in the grammar of {@link PolicyGrammar}. */
  public static EvaluationPolicy of(ExitPolicy policy) {
    return new EvaluationPolicy(spelled(policy), policy, null, 1, History.JIT);
  }

  /** Families of policies. */
  enum Kind {
    /** All layers. */
    FULL,
    /** One layer for all tokens. */
    STATIC,
    /** Confidence decides, deeper features are computed just in time. */
    DYNAMIC,
    /** Confidence decides, features are copied: CALM. */
    COPY,
    /** What the model's folder states. */
    DEFAULT
  }

  Kind kind() {
    return switch (policy) {
      case null -> Kind.DEFAULT;
      case ExitPolicy.Full full -> Kind.FULL;
      case ExitPolicy.Static fixed -> Kind.STATIC;
      case ExitPolicy.Threshold _, ExitPolicy.Schedule _ ->
          switch (history) {
            case JIT -> Kind.DYNAMIC;
            case COPY -> Kind.COPY;
          };
    };
  }

  /** What follows the @ of the label, with it; empty when there is none. */
  String settings() {
    int at = label.indexOf('@');
    return at < 0 ? "" : label.substring(at);
  }

  /** The last part of the label without its settings: the layer, the threshold, or all of it. */
  String value() {
    String text = label.substring(0, label.length() - settings().length());
    return text.substring(text.lastIndexOf(':') + 1);
  }

  /** The options with these exit settings in place of theirs. */
  GenerationOptions apply(GenerationOptions options) {
    return options
        .withPolicy(policy)
        .withExitLayers(layers)
        .withMinLayer(minLayer)
        .withHistory(history);
  }

  /** A policy in the grammar of {@link PolicyGrammar}. */
  public static String spelled(ExitPolicy policy) {
    return switch (policy) {
      case ExitPolicy.Full full -> "full";
      case ExitPolicy.Static fixed -> "static:" + fixed.layer();
      case ExitPolicy.Threshold threshold ->
          threshold.confidence().label() + ":" + threshold.threshold() + settings(threshold);
      case ExitPolicy.Schedule schedule -> "schedule of " + schedule.stops().size();
    };
  }

  private static String settings(ExitPolicy.Threshold threshold) {
    List<String> settings = new ArrayList<>();
    if (threshold.layers() != null) {
      settings.add(
          threshold.layers().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(",", "layers=", "")));
    }
    if (threshold.decay() > 0) {
      settings.add("decay=" + threshold.decay());
    }
    if (threshold.asking().gate() > 0) {
      settings.add("gate=" + threshold.asking().gate());
    }
    if (threshold.asking().shortlist() > 0) {
      settings.add("shortlist=" + threshold.asking().shortlist());
    }
    return settings.isEmpty() ? "" : "@" + String.join(",", settings);
  }
}
