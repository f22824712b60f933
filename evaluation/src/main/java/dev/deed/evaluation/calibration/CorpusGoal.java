package dev.deed.evaluation.calibration;

import dev.deed.evaluation.Bootstrap;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.Observation;
import dev.deed.evaluation.RunTotals;
import dev.deed.evaluation.calibration.Goal.Answers;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The value of the whole corpus falls by no more than a tolerance: what tables of results compare.
 * A set of some hundred answers tells it only roughly, so the loss must stay within the tolerance
 * in a share {@code level} of the sets that are drawn from it with replacement (bootstrap). That is
 * no promise for other examples.
 *
 * @param tolerance in points of the metric, from 0
 * @param level within 0…1, both excluded
 */
public record CorpusGoal(Metric metric, Promise.Against against, double tolerance, double level)
    implements Goal {
  /**
   * @throws InputException when a number is out of range
   */
  public CorpusGoal {
    InputException.require(
        tolerance >= 0 && tolerance < 100,
        "tolerance " + tolerance,
        "is no number of points that can be lost",
        "give 0 or more, less than 100");
    InputException.require(
        level > 0 && level < 1, "level " + level, "is no share", "give one such as 0.95");
  }

  @Override
  public double loss(Answers answers) {
    return lost(answers).applyAsDouble(Bootstrap.once(answers.examples().size()));
  }

  /** Share of the sets drawn from the examples that lose more than the tolerance. */
  @Override
  public Judgement judge(Answers search, Answers test) {
    double share = Bootstrap.DEFAULT.shareAbove(tolerance, test.examples().size(), lost(test));
    return new Judgement(share, "bootstrap");
  }

  /** The loss when each example counts so many times. */
  private ToDoubleFunction<int[]> lost(Answers answers) {
    List<String> full = texts(answers.full());
    List<List<String>> targets =
        switch (against) {
          case FULL -> full.stream().map(List::of).toList();
          case REFERENCES -> answers.examples().stream().map(EvaluationExample::targets).toList();
        };
    List<double[]> ours = metric.statistics(texts(answers.run()), targets);
    List<double[]> theirs = metric.statistics(full, targets);
    double sign = metric.higherIsBetter() ? 1 : -1;
    return counts ->
        sign
            * (metric.value(RunTotals.sum(theirs, counts))
                - metric.value(RunTotals.sum(ours, counts)));
  }

  private static List<String> texts(List<Observation> run) {
    return run.stream().map(Observation::text).toList();
  }

  /** Those that kept it in the search already, the cheapest first. */
  @Override
  public List<Integer> sequence(double[] losses, double[] costs) {
    return IntStream.range(0, losses.length)
        .filter(i -> losses[i] <= tolerance)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> costs[i]))
        .toList();
  }

  @Override
  public List<Boolean> accepted(double[] pValues) {
    return Arrays.stream(pValues).mapToObj(p -> p <= 1 - level).toList();
  }

  @Override
  public void requireEnough(int examples) {
    Goal.requireOne(examples);
  }

  @Override
  public String sentence() {
    return ("%s within %s points of full depth in %s %% of the sets drawn from the examples of the"
            + " test (no promise for others)")
        .formatted(metric.name(), Promise.shown(tolerance), Promise.shown(100 * level));
  }
}
