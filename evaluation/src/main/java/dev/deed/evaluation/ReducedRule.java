package dev.deed.evaluation;

import dev.deed.decode.exit.ExitCriterion.Threshold;
import dev.deed.decode.exit.ExitRule;
import dev.deed.value.ExitHistory;

/** Exit rules in a form in which those are equal that decode alike. */
final class ReducedRule {
  /** Above every confidence. */
  private static final double NEVER = 2;

  /** Below every confidence. */
  private static final double ALWAYS = -2;

  private ReducedRule() {}

  /**
   * The form of a rule; it is for comparing, not for running.
   *
   * @param rule checked against a model
   */
  static ExitRule of(ExitRule rule) {
    if (rule.layers().size() == 1) {
      // No step goes deeper than another, so no history is ever filled or copied.
      return ExitRule.atLayer(rule.lastLayer());
    }
    return rule.criterion() instanceof Threshold threshold ? of(threshold, rule) : rule;
  }

  private static ExitRule of(Threshold threshold, ExitRule rule) {
    // At its lowest and its highest along the answer.
    boolean never = Math.min(threshold.value(), threshold.at(Integer.MAX_VALUE)) > 1;
    boolean always = Math.max(threshold.value(), threshold.at(0)) < -1;
    double value = never ? NEVER : always ? ALWAYS : threshold.value();
    double decay = never || always ? 0 : threshold.decay();
    return new ExitRule(
        rule.confidence(),
        new Threshold(value, decay),
        rule.gate(),
        rule.shortlist(),
        rule.layers(),
        never ? ExitHistory.JIT : rule.history());
  }
}
