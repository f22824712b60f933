package dev.deed.lab.charts;

import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;

/**
 * The policy of a row, as far as a plot tells it.
 *
 * @param label as the user spelled it: {@code static:3}, {@code copy:max_prob:0.9@min=2}
 * @param exits what it says
 */
record PlotPolicy(String label, ExitSettings exits) {
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

  static PlotPolicy parse(String label) {
    return new PlotPolicy(
        label, ExitSettings.parseList(label).values().stream().findFirst().orElseThrow());
  }

  Kind kind() {
    return switch (exits.get(ExitSetting.POLICY)) {
      case null -> Kind.DEFAULT;
      case FULL -> Kind.FULL;
      case STATIC -> Kind.STATIC;
      case MAX_PROB, MARGIN, ENTROPY, SIMILARITY, GATE ->
          exits.get(ExitSetting.HISTORY) == ExitHistory.COPY ? Kind.COPY : Kind.DYNAMIC;
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
}
