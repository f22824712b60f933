package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Chooses when a model stops. All candidates run on the examples of the search; those that the goal
 * finds worth it run on the others, where it is tested. Times follow from what tokens, layers,
 * fills and head look-ups were measured to cost on this machine. Immutable.
 *
 * @param searchExamples examples of the search; the others, at least one, are the test
 * @param seed of the order in which examples are dealt
 */
public record Calibrator(
    Evaluator evaluator, Goal goal, Candidates candidates, int searchExamples, long seed) {
  /** Most settings to test. */
  private static final int MOST_TESTED = 24;

  /**
   * @throws InputException when the examples are too few for the promise, the model has no exits,
   *     or an example cannot be decoded
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public Calibration calibrate(NamedModel model, EvaluationData data, EvaluationListener listener) {
    int testExamples = data.size() - searchExamples;
    goal.requireEnough(testExamples);
    EvaluationData dealt = data.shuffled(seed);
    EvaluationData search = dealt.part(0, searchExamples);
    EvaluationData test = dealt.part(searchExamples, data.size());

    List<ExitSettings> policies = new ArrayList<>(List.of(ExitSettings.full()));
    policies.addAll(candidates.policies(model.model(), search.examples()));
    listener.note(
        "search: %,d settings on %,d examples".formatted(policies.size() - 1, searchExamples));
    PricedRuns searched = PricedRuns.measure(evaluator, model, search, policies, listener);
    double[] losses = each(policies, i -> goal.loss(searched.answers(i)));
    double[] millis = each(policies, i -> searched.times(i).ofCounts());
    List<Integer> sequence =
        goal.sequence(losses, millis).stream()
            .filter(i -> i > 0 && millis[i] < millis[0])
            .limit(MOST_TESTED)
            .toList();

    List<ExitSettings> promising = new ArrayList<>(List.of(ExitSettings.full()));
    sequence.forEach(i -> promising.add(policies.get(i)));
    listener.note("test: %,d settings on %,d examples".formatted(sequence.size(), testExamples));
    PricedRuns tested = PricedRuns.measure(evaluator, model, test, promising, listener);
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      judgements.add(goal.judge(searched.answers(sequence.get(i)), tested.answers(i + 1)));
    }
    List<Boolean> accepted =
        goal.accepted(judgements.stream().mapToDouble(Judgement::pValue).toArray());
    Estimate[] reductions = tested.reductions();
    List<Tested> rows = new ArrayList<>();
    for (int i = 0; i < judgements.size(); i++) {
      Losses outcome =
          new Losses(
              losses[sequence.get(i)],
              goal.loss(tested.answers(i + 1)),
              judgements.get(i),
              tested.sums(i + 1)[RunTotals.LAYERS_RUN] / tested.sums(0)[RunTotals.LAYERS_RUN],
              accepted.get(i));
      rows.add(new Tested(promising.get(i + 1), outcome, tested.times(i + 1), reductions[i + 1]));
    }
    return new Calibration(
        goal,
        policies.size() - 1,
        searchExamples,
        testExamples,
        tested.times(0),
        List.copyOf(rows));
  }

  private static double[] each(List<ExitSettings> policies, IntToDoubleFunction figure) {
    return IntStream.range(0, policies.size()).mapToDouble(figure).toArray();
  }
}
