package dev.deed.evaluation.calibration;

import dev.deed.checkpoint.BadInputException;
import java.util.Arrays;
import java.util.Random;

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
   * For each setting the one of both whose p-values are smaller in tests that are drawn from the
   * losses of the search, with replacement: by the mean of their logarithms, where none counts as
   * smaller than it has to be. Hoeffding-Bentkus where that does not tell, as without any loss. The
   * smaller of two p-values would be no p-value without a correction, such as half the level for
   * each. Here nothing is to be corrected: which one is taken is settled before the test is looked
   * at, by examples that had no part in it.
   */
  AUTO("auto") {
    @Override
    public Bound settled(double[] search, int examples, double tolerance, double level) {
      Random random = new Random(SEED);
      double ahead = 0;
      for (int draw = 0; draw < DRAWS; draw++) {
        double[] test = new double[examples];
        Arrays.setAll(test, i -> search[random.nextInt(search.length)]);
        ahead += lacking(HOEFFDING_BENTKUS.pValue(search, test, tolerance, level), level);
        ahead -= lacking(BETTING.pValue(search, test, tolerance, level), level);
      }
      return ahead > 0 ? BETTING : HOEFFDING_BENTKUS;
    }

    @Override
    public double pValue(double[] search, double[] test, double tolerance, double level) {
      return settled(search, test.length, tolerance, level).pValue(search, test, tolerance, level);
    }
  };

  /** Tests that are drawn from the search. */
  private static final int DRAWS = 30;

  private static final long SEED = 1;

  /** Logarithm of a p-value that is as small as it has to be at least. */
  private static double lacking(double pValue, double level) {
    return Math.log(Math.max(pValue, 1 - level));
  }

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
   * @param level how sure it must be, within 0…1, both excluded
   */
  public Bound settled(double[] search, int examples, double tolerance, double level) {
    return this;
  }

  /**
   * The p-value of "the true mean loss is above the tolerance".
   *
   * @param search losses of the setting in the search, within 0…1, at least one
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
