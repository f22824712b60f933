package dev.deed.evaluation;

import dev.deed.decode.ExitPolicy;
import dev.deed.decode.ExitRule;
import dev.deed.decode.History;
import java.util.List;

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
   * @param decoderLayers of the model, for which the rule was checked
   */
  static ExitRule of(ExitRule rule, int decoderLayers) {
    return switch (rule.policy()) {
      case ExitPolicy.Full _ -> ExitRule.full(decoderLayers);
      case ExitPolicy.Static fixed ->
          fixed.layer() == decoderLayers
              ? ExitRule.full(decoderLayers)
              // No step goes deeper than another, so no history is ever filled or copied.
              : new ExitRule(fixed, List.of(fixed.layer()), History.JIT);
      case ExitPolicy.Threshold threshold -> of(threshold, rule, decoderLayers);
      case ExitPolicy.Schedule _ -> rule;
    };
  }

  private static ExitRule of(ExitPolicy.Threshold threshold, ExitRule rule, int decoderLayers) {
    if (rule.layers().equals(List.of(decoderLayers))) {
      return ExitRule.full(decoderLayers);
    }
    // At its lowest and its highest along the answer.
    boolean never = Math.min(threshold.threshold(), threshold.at(Integer.MAX_VALUE)) > 1;
    boolean always = Math.max(threshold.threshold(), threshold.at(0)) < -1;
    double value = never ? NEVER : always ? ALWAYS : threshold.threshold();
    double decay = never || always ? 0 : threshold.decay();
    ExitPolicy.Threshold reduced =
        new ExitPolicy.Threshold(threshold.confidence(), value, decay, threshold.asking(), null);
    return new ExitRule(reduced, rule.layers(), never ? History.JIT : rule.history());
  }
}
