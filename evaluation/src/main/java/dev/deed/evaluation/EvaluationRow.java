package dev.deed.evaluation;

import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Reduction;
import dev.deed.value.ExitSettings;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found of one model under one policy. Sums are over all examples; docs:
 * evaluation.md.
 *
 * @param model name of the model
 * @param policy the exit settings
 * @param resolved of {@code default}: what the model states; else null
 * @param sameAs label of the policy of this model with which it was measured in one run, since both
 *     come to the same; null where the run is its own
 * @param metrics by name, in the order asked for
 * @param figures every one; reductions are against the first model's full depth
 * @param drafts what became of drafts; null where tokens that left early were not verified
 * @param exits where tokens were emitted
 * @param batches that were timed
 */
public record EvaluationRow(
    String model,
    EvaluationPolicy policy,
    @Nullable ExitSettings resolved,
    @Nullable String sameAs,
    Map<String, Estimate> metrics,
    Map<Figure, Estimate> figures,
    @Nullable DraftFigures drafts,
    ExitProfile exits,
    int batches) {
  /** A figure with its interval. */
  public Estimate figure(Figure figure) {
    return Objects.requireNonNull(figures.get(figure));
  }

  /** One that is measured in pairs of batches. */
  public Reduction reduction(Figure figure) {
    return Reduction.of(figure(figure), batches);
  }

  /** What is said of a lossless policy whose answers differ from full depth's; else nothing. */
  public Stream<String> violation(int examples) {
    return drafts == null || drafts.differing() == 0
        ? Stream.empty()
        : Stream.of(
            ("ERROR: %s of %s: %d of %d answers are not those of full depth, as lossless exits"
                    + " promise; use full, and report it")
                .formatted(policy.label(), model, drafts.differing(), examples));
  }
}
