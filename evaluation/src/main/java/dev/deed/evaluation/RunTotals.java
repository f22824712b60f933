package dev.deed.evaluation;

import dev.deed.value.Drafts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;

/**
 * What one run left of every example as a short vector of numbers, so that every figure of the
 * report is a function of sums over examples and a bootstrap need only add.
 *
 * @param vectors [examples][{@link #COUNTS} + the statistics of all metrics, one after the other]
 * @param metrics in the order of their statistics
 * @param widths number of statistics of each metric
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RunTotals(List<double[]> vectors, List<Metric> metrics, int[] widths) {
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

  /** A figure of a run as a function of sums over its examples, in the order of reports. */
  public enum Figure {
    /** Over all emitted tokens; where drafts are verified, of the layer that drafted them. */
    MEAN_EXIT_LAYER(false, (run, full) -> run[EXIT_LAYERS] / run[TOKENS]),

    /**
     * Decoder-layer × position evaluations by those of full depth for the same tokens; both count
     * the positions of a decoder prompt.
     */
    LAYERS_RUN_SHARE(false, (run, full) -> run[LAYERS_RUN] / run[FULL_LAYERS_RUN]),

    /** Walks through a layer's weights by those of full depth for the same tokens. */
    LAYER_PASSES_SHARE(false, (run, full) -> run[LAYER_PASSES] / run[FULL_LAYER_PASSES]),

    /** Logits computed for each emitted token. */
    HEAD_LOOKUPS_PER_TOKEN(false, (run, full) -> run[HEAD_LOOKUPS] / run[TOKENS]),

    /** Mean per example, as the other times. */
    PREPROCESS_MS(true, (run, full) -> run[PREPROCESS] / run[EXAMPLES]),
    ENCODE_MS(true, (run, full) -> run[ENCODE] / run[EXAMPLES]),
    DECODE_MS(true, (run, full) -> run[DECODE] / run[EXAMPLES]),

    /** The sum of the three. */
    TOTAL_MS(true, (run, full) -> total(run) / run[EXAMPLES]),

    /** 1 − decode time by that of full depth. */
    DECODE_REDUCTION(true, (run, full) -> 1 - run[DECODE] / full[DECODE]),

    /** 1 − total time by that of full depth. */
    TOTAL_REDUCTION(true, (run, full) -> 1 - total(run) / total(full)),

    /** Share of examples whose tokens equal the same model's full depth. */
    AGREEMENT(false, (run, full) -> run[AGREEING] / run[EXAMPLES]);

    /** Whether it is one of time, which the examples of a batch share. */
    final boolean timed;

    private final ToDoubleBiFunction<double[], double[]> formula;

    Figure(boolean timed, ToDoubleBiFunction<double[], double[]> formula) {
      this.timed = timed;
      this.formula = formula;
    }

    /** Its name in JSON. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Of a run's sums over examples and those of the full depth that reductions refer to. */
    public double of(double[] run, double[] full) {
      return formula.applyAsDouble(run, full);
    }

    private static double total(double[] sum) {
      return sum[PREPROCESS] + sum[ENCODE] + sum[DECODE];
    }
  }

  /**
   * @param run observations of every example
   * @param full those of the same model's full depth
   * @param decoderLayers of the model
   */
  public static RunTotals of(
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
    int size = COUNTS + Arrays.stream(widths).sum();
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

  /** The sum over examples, each counted as often as {@code counts} says. */
  public double[] sum(int[] counts) {
    return sum(vectors, counts);
  }

  /** Likewise of vectors of any kind, all of one length. */
  public static double[] sum(List<double[]> vectors, int[] counts) {
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
    int at = COUNTS + Arrays.stream(widths, 0, m).sum();
    return metrics.get(m).value(Arrays.copyOfRange(sum, at, at + widths[m]));
  }
}
