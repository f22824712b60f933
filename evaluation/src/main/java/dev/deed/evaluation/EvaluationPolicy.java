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
 */
public record EvaluationPolicy(String label, ExitSettings exits) {
  /** Full depth, the reference of agreement and reductions. */
  public static final EvaluationPolicy FULL = of(ExitSettings.full());

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
