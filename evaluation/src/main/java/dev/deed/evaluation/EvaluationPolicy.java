package dev.deed.evaluation;

import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Objects;

/**
 * Exit settings under evaluation. Immutable.
 *
 * @param label as the user spells them: {@code static:3}, {@code copy:max_prob:0.9@min=2}
 * @param exits when a step stops
 * @param isConstrained whether answers are held to the language of the model's own folder, if it
 *     states one: tokens that it forces take no layer
 */
public record EvaluationPolicy(String label, ExitSettings exits, boolean isConstrained) {
  /** Full depth, the reference of agreement. */
  public static final EvaluationPolicy FULL = of(ExitSettings.full());

  /** Every token runs all layers, the reference of reductions: {@code full} in reports. */
  public static final EvaluationPolicy PLAIN = new EvaluationPolicy(FULL.label, FULL.exits, false);

  /** What a model's own language saves by itself: a row beside {@link #PLAIN}. */
  public static final EvaluationPolicy FORCED = new EvaluationPolicy("forced", FULL.exits, true);

  /** Answers as the model's folder holds them. */
  public EvaluationPolicy(String label, ExitSettings exits) {
    this(label, exits, true);
  }

  /** Settings under their own spelling. */
  public static EvaluationPolicy of(ExitSettings exits) {
    return new EvaluationPolicy(exits.toString(), exits);
  }

  /**
   * Reads a list such as {@code full; static:1..6; max_prob:0.5,0.9@min=2}.
   *
   * @throws dev.deed.value.InputException when it does not follow the grammar of {@link
   *     ExitSettings#parseList}
   */
  public static List<EvaluationPolicy> list(String list) {
    return ExitSettings.parseList(list).entrySet().stream()
        .map(policy -> new EvaluationPolicy(policy.getKey(), policy.getValue()))
        .toList();
  }

  /** What later steps see of positions that stopped early. */
  ExitHistory history() {
    return Objects.requireNonNullElse(exits.get(ExitSetting.HISTORY), ExitHistory.JIT);
  }
}
