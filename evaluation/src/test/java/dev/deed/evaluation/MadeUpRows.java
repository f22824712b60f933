package dev.deed.evaluation;

import dev.deed.evaluation.EvaluationRow.ExitProfile;
import dev.deed.value.ExitSettings;
import java.util.Collections;
import java.util.List;

/** Rows of observations that nobody made, for packages that show them. */
public final class MadeUpRows {
  private MadeUpRows() {}

  /**
   * A row of an evaluation without metrics, one example after the other.
   *
   * @param full what full depth made of the same examples
   */
  public static EvaluationRow row(
      ExitSettings policy,
      EvaluationExample example,
      List<Observation> run,
      List<Observation> full,
      int layers) {
    List<EvaluationExample> examples = Collections.nCopies(run.size(), example);
    RunTotals reference = RunTotals.of(examples, full, full, layers, List.of());
    return new Evaluator.RowFigures(
            RunTotals.of(examples, run, full, layers, List.of()), reference, 1)
        .row("tiny", EvaluationPolicy.of(policy), null, null, ExitProfile.of(run, layers));
  }
}
