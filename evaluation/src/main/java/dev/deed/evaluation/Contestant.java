package dev.deed.evaluation;

import dev.deed.Generation;
import dev.deed.ModelInternals;
import dev.deed.Request;
import dev.deed.decode.exit.ExitCriterion.Threshold;
import dev.deed.decode.exit.ExitRule;
import dev.deed.evaluation.cost.Observation;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** One model under one policy. */
record Contestant(NamedModel model, EvaluationPolicy policy) {
  /** Above every confidence. */
  private static final double NEVER = 2;

  /** Below every confidence. */
  private static final double ALWAYS = -2;

  /**
   * What a policy comes to: policies of a model with equal ones decode alike.
   *
   * @param rule in its reduced form
   * @param held whether a language of the model's own holds answers
   * @param drafts what is said of drafts alone; null where nothing is verified
   */
  record Meaning(ExitRule rule, boolean held, @Nullable ExitSettings drafts) {}

  /**
   * @throws InputException when the policy does not suit the model
   */
  Meaning meaning() {
    try {
      ModelInternals internals = model.model().internals();
      ExitSettings said = internals.resolvedExits(policy.exits());
      return new Meaning(
          reduced(internals.exitRule(policy.exits())),
          policy.held() && model.hasLanguage(),
          said.isLossless() ? said.drafts() : null);
    } catch (InputException e) {
      throw e.in("policy " + policy.label() + " of " + model.name());
    }
  }

  /** A form in which checked rules that decode alike are equal: for comparing, not for running. */
  private static ExitRule reduced(ExitRule rule) {
    if (rule.layers().size() == 1) {
      // No step goes deeper than another, so no history is ever filled or copied.
      return ExitRule.atLayer(rule.lastLayer());
    }
    return rule.criterion() instanceof Threshold threshold ? reduced(threshold, rule) : rule;
  }

  private static ExitRule reduced(Threshold threshold, ExitRule rule) {
    // At its lowest and its highest along the answer.
    boolean never = Math.min(threshold.value(), threshold.at(Integer.MAX_VALUE)) > 1;
    boolean always = Math.max(threshold.value(), threshold.at(0)) < -1;
    double value = never ? NEVER : always ? ALWAYS : threshold.value();
    double decay = never || always ? 0 : threshold.decay();
    return new ExitRule(
        rule.confidence(),
        new Threshold(value, decay),
        rule.gate(),
        rule.layers(),
        never ? ExitHistory.JIT : rule.history());
  }

  /**
   * Decodes examples as one batch.
   *
   * @throws InputException naming the example that cannot be decoded
   * @throws CancellationException when the thread was interrupted: a cut answer would count as
   *     wrong
   */
  List<Observation> run(List<EvaluationExample> batch) {
    List<Result<Generation>> results =
        model
            .model()
            .generate(
                batch.stream()
                    .map(example -> new Request(example.input(), example.options(policy)))
                    .toList());
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Generation generation =
          switch (results.get(i)) {
            case Result.Answered(Generation answer) -> answer;
            case Result.Refused(InputException error) -> throw error.in(batch.get(i).where());
          };
      if (generation.finish() == Finish.CANCELLED) {
        throw new CancellationException("the evaluation was interrupted");
      }
      observations.add(Observation.of(generation, batch.size()));
    }
    return observations;
  }
}
