package dev.deed.tasks.calibration;

import dev.deed.checkpoint.InputException;
import dev.deed.tasks.evaluation.EvaluationExample;
import dev.deed.tasks.evaluation.Observation;
import dev.deed.tasks.metrics.Metric;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The value of the whole corpus falls by no more than a tolerance on the examples of the test: what
 * tables of results compare, without a promise for other examples.
 *
 * @param tolerance in points of the metric, from 0
 */
public record CorpusGoal(Metric metric, Promise.Against against, double tolerance) implements Goal {
  /**
   * @throws InputException when the tolerance is out of range
   */
  public CorpusGoal {
    InputException.require(
        tolerance >= 0 && tolerance < 100,
        "tolerance " + tolerance,
        "is no number of points that can be lost",
        "give 0 or more, less than 100");
  }

  @Override
  public double loss(
      List<EvaluationExample> examples, List<Observation> run, List<Observation> full) {
    List<String> answers = texts(run);
    List<String> reference = texts(full);
    double lost =
        switch (against) {
          case FULL -> {
            List<List<String>> targets = reference.stream().map(List::of).toList();
            yield metric.corpus(reference, targets) - metric.corpus(answers, targets);
          }
          case REFERENCES -> {
            List<List<String>> targets = examples.stream().map(EvaluationExample::targets).toList();
            yield metric.corpus(reference, targets) - metric.corpus(answers, targets);
          }
        };
    return metric.higherIsBetter() ? lost : -lost;
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
  public List<Boolean> accepted(double[] losses, int examples) {
    return Arrays.stream(losses).mapToObj(loss -> loss <= tolerance).toList();
  }

  @Override
  public double pValue(double loss, int examples) {
    return Double.NaN;
  }

  @Override
  public void requireEnough(int examples) {
    InputException.require(
        examples >= 1, "calibrate", "no example is left for the test", "give more examples");
  }

  @Override
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%s within %s points of full depth on the examples of the test (no promise for others)",
        metric.name(),
        Promise.shown(tolerance));
  }
}
