package dev.deed.evaluation.calibration;

import dev.deed.evaluation.CiderD;
import dev.deed.evaluation.ErrorRate;
import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.Observation;
import dev.deed.evaluation.calibration.Goal.Answers;
import dev.deed.evaluation.calibration.Goal.Judgement;
import dev.deed.value.InputException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a calibration promises: with probability {@code level} the mean loss of an example is at
 * most {@code tolerance}. Immutable.
 *
 * @param metric by which an answer is compared, sentence by sentence
 * @param against what it is compared with
 * @param tolerance in points of the metric, above 0, below 100
 * @param level within 0…1, both excluded
 */
public record Promise(Metric metric, Against against, double tolerance, double level)
    implements Goal {
  private static final double POINTS = 100;

  /** Settings that lost so many times the tolerance in the search are not worth a test. */
  private static final double HOPELESS = 3;

  /** Points by which the few examples of the search may mislead. */
  private static final double LEEWAY = 1;

  /** What an answer is compared with (CALM's textual and risk consistency). */
  public enum Against {
    /** Full depth's answer: the loss is what the metric misses of 100. Needs no targets. */
    FULL,
    /** The targets: the loss is what full depth scores more, if it does. */
    REFERENCES
  }

  /**
   * @throws InputException when the metric is not bounded, or a number is out of range
   */
  public Promise {
    if (metric instanceof CiderD || metric instanceof ErrorRate) {
      throw new InputException(
          "metric " + metric.name(),
          "has no bounds, or is best at 0: no loss within 0..100 follows from it",
          "use exact, f1, anls, rougeL, chrf, vqa, iou, bleu or bleu_tokens");
    }
    InputException.require(
        tolerance > 0 && tolerance < POINTS,
        "tolerance " + tolerance,
        "is no number of points that can be lost",
        "give more than 0, less than 100");
    InputException.require(
        level > 0 && level < 1, "level " + level, "is no probability", "give one such as 0.95");
  }

  @Override
  public double loss(Answers answers) {
    return POINTS * Bound.mean(losses(answers));
  }

  /** What each answer lost, within 0…1. */
  public double[] losses(Answers answers) {
    return losses(
        answers.run().stream().map(Observation::text).toList(),
        answers.full().stream().map(Observation::text).toList(),
        answers.examples().stream().map(EvaluationExample::targets).toList());
  }

  double[] losses(List<String> run, List<String> full, List<List<String>> targets) {
    return IntStream.range(0, run.size())
        .mapToDouble(i -> lost(run.get(i), full.get(i), targets.get(i)) / POINTS)
        .toArray();
  }

  /** Those that no other beats in loss and cost, the safest first: testing ends where one fails. */
  @Override
  public List<Integer> sequence(double[] losses, double[] costs) {
    return LearnThenTest.frontier(losses, costs).stream()
        .filter(i -> losses[i] <= HOPELESS * tolerance + LEEWAY)
        .toList();
  }

  @Override
  public List<Boolean> accepted(double[] pValues) {
    int accepted = LearnThenTest.accepted(pValues, level);
    return IntStream.range(0, pValues.length).mapToObj(i -> i < accepted).toList();
  }

  /** The p-value of "the true mean loss is above the tolerance". */
  @Override
  public Judgement judge(Answers search, Answers test) {
    return judge(losses(search), losses(test));
  }

  Judgement judge(double[] searched, double[] tested) {
    double share = tolerance / POINTS;
    Bound chosen = Bound.of(searched, tested.length, share, level);
    return new Judgement(chosen.pValue(searched, tested, share, level), chosen.label());
  }

  @Override
  public void requireEnough(int examples) {
    // What a test shows without any loss, whichever the bound.
    double smallest = examples < 1 ? POINTS : POINTS * (1 - Math.pow(1 - level, 1.0 / examples));
    if (smallest > tolerance) {
      throw new InputException(
          "tolerance " + tolerance,
          String.format(
              Locale.ROOT,
              "%d examples in the test cannot show less than %.2f points at level %s",
              examples,
              smallest,
              level),
          "give more examples, a larger --tolerance or a smaller --level");
    }
  }

  @Override
  public String sentence() {
    return sentence("full depth's answers");
  }

  /**
   * The same.
   *
   * @param full what takes the place of full depth's answers
   */
  String sentence(String full) {
    return "a mean loss of at most %s points of %s against %s, with a confidence of %s %%"
        .formatted(
            shown(tolerance),
            metric.name(),
            against == Against.FULL ? full : "the references",
            shown(POINTS * level));
  }

  /** A number without needless digits. */
  static String shown(double value) {
    return new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }

  private double lost(String answer, String full, List<String> targets) {
    if (answer.equals(full)) {
      return 0;
    }
    double lost =
        switch (against) {
          case FULL -> POINTS - score(answer, List.of(full));
          case REFERENCES -> score(full, targets) - score(answer, targets);
        };
    return Math.clamp(lost, 0, POINTS);
  }

  private double score(String answer, List<String> targets) {
    return metric.value(metric.example(answer, targets));
  }

  /**
   * Choice of settings with a guarantee: with probability {@code level} over the draw of the
   * examples, every accepted setting has a true mean loss of at most the tolerance of the p-values.
   * Learn then Test (Angelopoulos et al. 2021, arXiv 2110.01052) with fixed-sequence testing, as
   * CALM uses it. The sequence is learnt on examples of its own, from the safest to the cheapest
   * setting on their frontier (Pareto Testing, Laufer-Goldshtein et al. 2022, arXiv 2210.07913), so
   * many kinds of settings can be searched without paying for each.
   */
  static final class LearnThenTest {
    private LearnThenTest() {}

    /**
     * The settings that no other beats in both risk and cost, by rising risk, so by falling cost.
     *
     * @param risks mean losses, [settings]
     * @param costs of the same settings
     * @return indices
     */
    static List<Integer> frontier(double[] risks, double[] costs) {
      List<Integer> sorted =
          IntStream.range(0, risks.length)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Integer i) -> risks[i])
                      .thenComparingDouble(i -> costs[i]))
              .toList();
      List<Integer> frontier = new ArrayList<>();
      double cheapest = Double.POSITIVE_INFINITY;
      for (int i : sorted) {
        if (costs[i] < cheapest) {
          frontier.add(i);
          cheapest = costs[i];
        }
      }
      return frontier;
    }

    /**
     * How many settings from the beginning of the sequence are accepted: testing ends at the first
     * that fails, which is why no correction for their number is due.
     *
     * @param pValues of the settings in the order of the sequence, on examples that had no part in
     *     its choice
     * @param level probability of keeping the tolerance, within 0…1, both excluded
     */
    static int accepted(double[] pValues, double level) {
      return (int) Arrays.stream(pValues).takeWhile(p -> p <= 1 - level).count();
    }
  }
}
