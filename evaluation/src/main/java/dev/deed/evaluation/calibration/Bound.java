package dev.deed.evaluation.calibration;

import dev.deed.checkpoint.BadInputException;
import java.util.Arrays;

/**
 * How surprising the losses of a test are if their true mean is too large. Each bound is valid for
 * independent losses within 0…1, whatever their distribution.
 */
public enum Bound {
  /** By the mean alone, see {@link RiskBound}: best where a loss is all or nothing. */
  HOEFFDING_BENTKUS("hoeffding-bentkus") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return RiskBound.pValue(mean(test), test.length, tolerance);
    }
  },

  /**
   * By bets on one loss after the other, see {@link TargetedBets}: best where answers lose parts of
   * what they can lose, since it learns how little losses spread, at first from those of the
   * search. That had no part in the test, so it is no matter for validity.
   */
  BETTING("betting") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return new TargetedBets(tolerance, 1 - level, search).pValue(test);
    }
  },

  /**
   * For each setting betting where the losses of the search are parts of what can be lost, else
   * Hoeffding-Bentkus, as without any loss: see {@link #PARTS}. The smaller of two p-values would
   * be no p-value without a correction, such as half the level for each. Here nothing is to be
   * corrected: which one is taken is settled before the test is looked at, by examples that had no
   * part in it.
   */
  AUTO("auto") {
    @Override
    public Bound settled(double[] search) {
      double sum = Arrays.stream(search).sum();
      double squares = Arrays.stream(search).map(loss -> loss * loss).sum();
      return squares < PARTS * sum ? BETTING : HOEFFDING_BENTKUS;
    }

    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return settled(search).pValue(search, test, tolerance, level);
    }
  };

  /**
   * Losses are parts where the mean of their squares is below this share of their mean. Where all
   * are whole, both means are the same. Chosen by what docs/results/bounds.md measured.
   */
  private static final double PARTS = 0.75;

  private final String label;

  Bound(String label) {
    this.label = label;
  }

  /** What users call it. */
  public String label() {
    return label;
  }

  /**
   * The bound of a name.
   *
   * @throws BadInputException when there is none
   */
  public static Bound named(String name) {
    return Arrays.stream(values())
        .filter(bound -> bound.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "--bound", "is " + name, "give auto, hoeffding-bentkus or betting"));
  }

  /**
   * The bound that a test takes, which is settled before the test.
   *
   * @param search losses of the setting in the search, within 0…1
   */
  public Bound settled(double[] search) {
    return this;
  }

  /**
   * The p-value of "the true mean loss is above the tolerance".
   *
   * @param search losses of the setting in the search, within 0…1
   * @param test losses of the setting in the test, within 0…1, at least one, in an order that knows
   *     nothing of them
   * @param tolerance within 0…1, both excluded
   * @param level how sure it must be, within 0…1, both excluded: bets aim at a p-value of 1 − level
   * @return within 0…1
   */
  public abstract double pValue(double[] search, double[] test, double tolerance, double level);

  static double mean(double[] losses) {
    return Arrays.stream(losses).average().orElseThrow();
  }
}
