package dev.deed.evaluation;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.Finish;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * One model under one policy.
 *
 * @param name of the model in the report
 * @param model to run
 * @param policy to run it under
 */
record Contestant(String name, EncoderDecoderModel model, EvaluationPolicy policy) {
  /**
   * What the policy comes to: policies of a model with equal rules decode alike.
   *
   * @throws InputException when the policy does not suit the model
   */
  ExitRule rule() {
    try {
      return ReducedRule.of(model.exitRule(policy.exits()));
    } catch (InputException e) {
      throw e.in("policy " + policy.label() + " of " + name);
    }
  }

  /**
   * Decodes examples as one batch.
   *
   * @throws InputException naming the example that cannot be decoded
   * @throws CancellationException when the thread was interrupted: a cut answer would count as
   *     wrong
   */
  List<Observation> run(List<EvaluationExample> batch) {
    List<Generation> generations;
    try {
      generations = generate(batch);
    } catch (InputException e) {
      throw culprit(batch, e);
    }
    if (generations.stream().anyMatch(g -> g.finish() == Finish.CANCELLED)) {
      throw new CancellationException("the evaluation was interrupted");
    }
    return generations.stream().map(g -> Observation.of(g, batch.size())).toList();
  }

  private List<Generation> generate(List<EvaluationExample> batch) {
    return model.generate(
        batch.stream().map(EvaluationExample::input).toList(),
        batch.stream()
            .map(
                example ->
                    GenerationOptions.defaults()
                        .withExits(policy.exits())
                        .withOverrides(example.generation()))
            .toList());
  }

  /** A batch does not say which of its members failed: each alone does. */
  private InputException culprit(List<EvaluationExample> batch, InputException failure) {
    if (batch.size() > 1) {
      for (EvaluationExample example : batch) {
        try {
          generate(List.of(example));
        } catch (InputException e) {
          return e.in(example.where());
        }
      }
    }
    return failure.in(batch.getFirst().where());
  }
}
