package dev.deed.evaluation.calibration;

import dev.deed.evaluation.EvaluationExample;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.Observation;
import dev.deed.value.InputException;
import java.util.List;

/** What a calibration must not lose. Implementations are immutable. */
public sealed interface Goal permits Promise, CorpusGoal {
  Metric metric();

  Promise.Against against();

  /** Largest loss, in points of the metric. */
  double tolerance();

  /** How sure it must be, within 0…1. */
  double level();

  /** What was lost, in points. */
  double loss(Answers answers);

  /**
   * Settings that are worth a test, in the order in which they are tested.
   *
   * @param losses in the search, in points
   * @param costs of the same settings
   * @return indices
   */
  List<Integer> sequence(double[] losses, double[] costs);

  /** Which settings of a sequence may be used, by their p-values in its order. */
  List<Boolean> accepted(double[] pValues);

  /**
   * How likely it is, in the sense of the goal, that a setting loses too much: small where it does
   * not.
   *
   * @param search the setting's answers in the search, which had no part in the test
   * @param test its answers in the test
   */
  Judgement judge(Answers search, Answers test);

  /**
   * @throws InputException when so few examples cannot show it, whatever they lose
   */
  void requireEnough(int examples);

  /**
   * @throws InputException when there is none
   */
  static void requireOne(int examples) {
    InputException.require(
        examples >= 1, "calibrate", "no example is left for the test", "give more examples");
  }

  /** What is kept by an accepted setting, for a sentence that begins "keeps". */
  String sentence();

  /**
   * What a setting and full depth made of the same examples.
   *
   * @param examples in the order in which they were dealt
   * @param run the setting's answers, [examples]
   * @param full full depth's answers, [examples]
   */
  record Answers(List<EvaluationExample> examples, List<Observation> run, List<Observation> full) {}

  /**
   * What a test says of a setting.
   *
   * @param pValue of "it loses too much", in the sense of {@link Goal#judge}
   * @param bound by which that was told
   */
  record Judgement(double pValue, String bound) {}
}
