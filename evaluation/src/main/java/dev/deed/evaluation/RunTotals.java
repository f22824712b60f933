package dev.deed.evaluation;

import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.metrics.Metric;
import dev.deed.value.Drafts;
import java.util.ArrayList;
import java.util.List;

/**
 * What one run left of every example as a short vector of numbers, so that every figure of the
 * report is a function of sums over examples and a bootstrap need only add.
 *
 * @param vectors [examples][{@link #COUNTS} + the statistics of all metrics, one after the other]
 * @param metrics in the order of their statistics
 * @param widths number of statistics of each metric
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RunTotals(List<double[]> vectors, List<Metric> metrics, int[] widths) {
  static final int EXAMPLES = 0;
  static final int TOKENS = 1;
  static final int EXIT_LAYERS = 2;
  static final int LAYERS_RUN = 3;
  static final int FULL_LAYERS_RUN = 4;
  static final int LAYER_PASSES = 5;
  static final int FULL_LAYER_PASSES = 6;
  static final int HEAD_LOOKUPS = 7;
  static final int PREPROCESS = 8;
  static final int ENCODE = 9;
  static final int DECODE = 10;
  static final int AGREEING = 11;
  static final int DRAFTED = 12;
  static final int ACCEPTED = 13;
  static final int VERIFICATIONS = 14;
  static final int COUNTS = 15;

  /**
   * @param run observations of every example
   * @param full those of the same model's full depth
   * @param decoderLayers of the model
   */
  static RunTotals of(
      List<EvaluationExample> examples,
      List<Observation> run,
      List<Observation> full,
      int decoderLayers,
      List<Metric> metrics) {
    List<String> texts = run.stream().map(Observation::text).toList();
    List<List<String>> targets = examples.stream().map(EvaluationExample::targets).toList();
    List<List<double[]>> statistics =
        metrics.stream().map(metric -> metric.statistics(texts, targets)).toList();
    int[] widths = statistics.stream().mapToInt(s -> s.getFirst().length).toArray();
    int size = COUNTS;
    for (int width : widths) {
      size += width;
    }
    List<double[]> vectors = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      double[] vector = new double[size];
      boolean agrees = run.get(i).tokenIds().equals(full.get(i).tokenIds());
      count(run.get(i), decoderLayers, agrees, vector);
      int at = COUNTS;
      for (int m = 0; m < widths.length; m++) {
        System.arraycopy(statistics.get(m).get(i), 0, vector, at, widths[m]);
        at += widths[m];
      }
      vectors.add(vector);
    }
    return new RunTotals(vectors, metrics, widths);
  }

  private static void count(
      Observation observed, int decoderLayers, boolean agrees, double[] vector) {
    int tokens = observed.tokenIds().size();
    vector[EXAMPLES] = 1;
    vector[TOKENS] = tokens;
    vector[EXIT_LAYERS] = observed.exitLayers().stream().mapToInt(Integer::intValue).sum();
    vector[LAYERS_RUN] = observed.effort().layersRun();
    vector[FULL_LAYERS_RUN] = observed.effort().layersPossible();
    vector[LAYER_PASSES] = observed.effort().layerPasses();
    vector[FULL_LAYER_PASSES] = (double) tokens * decoderLayers;
    vector[HEAD_LOOKUPS] = observed.effort().headLookups();
    vector[PREPROCESS] = observed.timing().preprocessMillis();
    vector[ENCODE] = observed.timing().encodeMillis();
    vector[DECODE] = observed.timing().decodeMillis();
    vector[AGREEING] = agrees ? 1 : 0;
    Drafts drafts = observed.drafts();
    if (drafts != null) {
      vector[DRAFTED] = drafts.drafted();
      vector[ACCEPTED] = drafts.accepted();
      vector[VERIFICATIONS] = drafts.verifications();
    }
  }

  int tokens(int example) {
    return (int) vectors.get(example)[TOKENS];
  }

  /** The sum over examples, each counted as often as {@code counts} says. */
  double[] sum(int[] counts) {
    double[] sum = new double[vectors.getFirst().length];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double[] vector = vectors.get(i);
        for (int k = 0; k < sum.length; k++) {
          sum[k] += counts[i] * vector[k];
        }
      }
    }
    return sum;
  }

  double metric(int m, double[] sum) {
    int at = COUNTS;
    for (int i = 0; i < m; i++) {
      at += widths[i];
    }
    return metrics.get(m).value(java.util.Arrays.copyOfRange(sum, at, at + widths[m]));
  }
}
