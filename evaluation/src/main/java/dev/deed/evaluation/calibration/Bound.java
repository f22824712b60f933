package dev.deed.evaluation.calibration;

import dev.deed.checkpoint.BadInputException;
import dev.deed.watch.CapitalProcess;
import java.util.Arrays;

/**
 * How surprising the losses of a test are if their true mean is too large. Each bound is valid for
 * independent losses within 0…1, whatever their distribution.
 */
public enum Bound {
  /** By the mean alone, see {@link RiskBound}: best where a loss is all or nothing. */
  HOEFFDING_BENTKUS("hoeffding-bentkus") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance) {
      return RiskBound.pValue(mean(test), test.length, tolerance);
    }
  },

  /**
   * By bets against "the mean loss is at least the tolerance", on one loss after the other, see
   * {@link CapitalProcess}: p = 1 / the largest capital. Best where losses are small parts of what
   * an answer can lose, since it learns their spread. The first stakes are those that the search
   * would have gained by; it had no part in the test, so that is no matter for validity.
   */
  BETTING("betting") {
    @Override
    public double pValue(double[] search, double[] test, double tolerance) {
      CapitalProcess capital = CapitalProcess.againstAtLeast(tolerance);
      Arrays.stream(search).forEach(capital::add);
      capital.restart();
      Arrays.stream(test).forEach(capital::add);
      return capital.pValue();
    }
  },

  /**
   * The one of both that the search promises the smaller p-value of, for each setting. The smaller
   * of two p-values would be no p-value without a correction, such as half the level for each. Here
   * nothing is to be corrected: which one is taken is settled before the test is looked at, by
   * examples that had no part in it.
   */
  AUTO("auto") {
    @Override
    public Bound settled(double[] search, int examples, double tolerance) {
      double[] expected = new double[examples];
      Arrays.setAll(expected, i -> search[i % search.length]);
      return BETTING.pValue(search, expected, tolerance)
              < HOEFFDING_BENTKUS.pValue(search, expected, tolerance)
          ? BETTING
          : HOEFFDING_BENTKUS;
    }

    @Override
    public double pValue(double[] search, double[] test, double tolerance) {
      return settled(search, test.length, tolerance).pValue(search, test, tolerance);
    }
  };

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
   * @param search losses of the setting in the search, within 0…1, at least one
   * @param examples of the test
   * @param tolerance within 0…1, both excluded
   */
  public Bound settled(double[] search, int examples, double tolerance) {
    return this;
  }

  /**
   * The p-value of "the true mean loss is above the tolerance".
   *
   * @param search losses of the setting in the search, within 0…1, at least one
   * @param test losses of the setting in the test, within 0…1, at least one, in an order that knows
   *     nothing of them
   * @param tolerance within 0…1, both excluded
   * @return within 0…1
   */
  public abstract double pValue(double[] search, double[] test, double tolerance);

  static double mean(double[] losses) {
    return Arrays.stream(losses).average().orElseThrow();
  }
}
