package dev.deed.spark;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Accumulators of what the tasks of a transformer did; Spark's pages show them with each stage. A
 * task that is repeated counts again.
 *
 * @param answered rows with an answer
 * @param invalid rows without one
 * @param tokens new tokens, end tokens included
 * @param layersRun decoder layers run, for each position
 */
record AnswerCounts(
    LongAccumulator answered,
    LongAccumulator invalid,
    LongAccumulator tokens,
    LongAccumulator layersRun)
    implements Serializable {
  static final Map<String, Long> NONE = values(0, 0, 0, 0);

  static AnswerCounts of(SparkContext context) {
    return new AnswerCounts(
        context.longAccumulator("deed rows answered"),
        context.longAccumulator("deed rows invalid"),
        context.longAccumulator("deed tokens"),
        context.longAccumulator("deed layers run"));
  }

  void add(OrderedAnswers.Answer answer) {
    answered.add(1L);
    tokens.add(answer.tokens());
    layersRun.add(answer.layersRun());
  }

  Map<String, Long> values() {
    return values(answered.sum(), invalid.sum(), tokens.sum(), layersRun.sum());
  }

  private static Map<String, Long> values(long answered, long invalid, long tokens, long layers) {
    return Map.of(
        "rows_answered", answered, "rows_invalid", invalid, "tokens", tokens, "layers_run", layers);
  }
}
