package dev.deed.evaluation;

import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.value.ExitSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One example, ready to run.
 *
 * @param where what error messages call it: file, line and id
 * @param input for the model
 * @param generation generation settings of this line alone
 * @param targets accepted texts; at least one where answers are compared with any
 * @param prediction text that the answer is expected to be, for lossless exits; null: there is none
 */
public record EvaluationExample(
    String where,
    Input input,
    @Nullable Map<String, @Nullable Object> generation,
    List<String> targets,
    @Nullable String prediction) {
  public EvaluationExample {
    targets = List.copyOf(targets);
  }

  /** Settings of this line, under some exits. */
  public GenerationOptions options(ExitSettings exits) {
    return options(GenerationOptions.defaults(), exits);
  }

  /** Settings of this line, under a policy. */
  GenerationOptions options(EvaluationPolicy policy) {
    GenerationOptions all = GenerationOptions.defaults();
    return options(policy.isConstrained() ? all : all.withConstraint(null), policy.exits());
  }

  private GenerationOptions options(GenerationOptions defaults, ExitSettings exits) {
    return defaults
        .withExits(exits)
        .withSettings(generation == null ? Map.of() : generation)
        .withPrediction(exits.isLossless() ? prediction : null);
  }
}
