package dev.deed.evaluation.metrics;

import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * The mean of the examples' scores, in per cent. Statistics: total, examples.
 *
 * @param score of a text against its accepted ones, 0…1
 */
record MeanScore(String name, ToDoubleBiFunction<String, List<String>> score) implements Metric {
  /** By the score against each accepted text, of which the best counts. */
  static MeanScore best(String name, ToDoubleBiFunction<String, String> score) {
    return new MeanScore(
        name,
        (made, accepted) ->
            accepted.stream().mapToDouble(text -> score.applyAsDouble(made, text)).max().orElse(0));
  }

  @Override
  public double[] example(String hypothesis, List<String> references) {
    return new double[] {score.applyAsDouble(hypothesis, references), 1};
  }

  @Override
  public double value(double[] sum) {
    return 100 * mean(sum);
  }

  static double mean(double[] sum) {
    return sum[1] == 0 ? 0 : sum[0] / sum[1];
  }
}
