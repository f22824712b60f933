package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.EvaluationPolicy;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.cost.Estimate;
import dev.deed.evaluation.cost.Observation;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;

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
  /** Longest sequence of settings to test. */
  private static final int MOST_TESTED = 24;

  /**
   * Calibrates.
   *
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
    Figures searched = measure(model, search, policies, listener);

    List<Integer> sequence = sequence(searched);
    List<ExitSettings> promising = new ArrayList<>(List.of(ExitSettings.full()));
    sequence.forEach(i -> promising.add(policies.get(i)));
    listener.note("test: %,d settings on %,d examples".formatted(sequence.size(), testExamples));
    Figures tested = measure(model, test, promising, listener);

    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      judgements.add(
          goal.judge(searched.answers(search, sequence.get(i)), tested.answers(test, i + 1)));
    }
    List<Boolean> accepted =
        goal.accepted(judgements.stream().mapToDouble(Judgement::pValue).toArray());
    Estimate[] reductions = tested.priced.reductions();
    List<Tested> rows = new ArrayList<>();
    for (int i = 0; i < judgements.size(); i++) {
      rows.add(
          new Tested(
              promising.get(i + 1),
              searched.losses[sequence.get(i)],
              tested.losses[i + 1],
              judgements.get(i),
              tested.priced.times(i + 1),
              reductions[i + 1],
              tested.layers[i + 1] / tested.layers[0],
              accepted.get(i)));
    }
    return new Calibration(
        goal, policies.size() - 1, searchExamples, testExamples, tested.priced.times(0), rows);
  }

  /** Settings faster than full depth that are worth a test. */
  private List<Integer> sequence(Figures searched) {
    return goal.sequence(searched.losses, searched.millis).stream()
        .filter(i -> i > 0 && searched.millis[i] < searched.millis[0])
        .limit(MOST_TESTED)
        .toList();
  }

  /**
   * Means over examples, [policies].
   *
   * @param priced what was observed
   * @param losses in points
   * @param millis decode times that counts come to at the prices of all runs
   * @param layers decoder layers run
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  private record Figures(PricedRuns priced, double[] losses, double[] millis, double[] layers) {
    Answers answers(EvaluationData data, int policy) {
      return new Answers(data.examples(), priced.runs().get(policy), priced.runs().getFirst());
    }
  }

  private Figures measure(
      NamedModel model,
      EvaluationData data,
      List<ExitSettings> policies,
      EvaluationListener listener) {
    List<List<Observation>> runs =
        evaluator.observe(
            model, data, policies.stream().map(EvaluationPolicy::of).toList(), listener);
    Figures figures =
        new Figures(
            PricedRuns.of(runs, model),
            new double[runs.size()],
            new double[runs.size()],
            new double[runs.size()]);
    for (int i = 0; i < runs.size(); i++) {
      figures.losses[i] = goal.loss(data.examples(), runs.get(i), runs.getFirst());
      figures.millis[i] = figures.priced.times(i).ofCounts();
      figures.layers[i] = mean(runs.get(i), Observation::layersRun);
    }
    return figures;
  }

  private static double mean(
      List<Observation> run, java.util.function.ToDoubleFunction<Observation> figure) {
    return run.stream().mapToDouble(figure).average().orElseThrow();
  }
}
