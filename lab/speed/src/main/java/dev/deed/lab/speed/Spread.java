package dev.deed.lab.speed;

import static dev.deed.evaluation.TextTable.format;

import dev.deed.evaluation.Median;
import java.util.List;

/**
 * How far times of equal work differ: half of them lie nearer to their median than this share of
 * it. On a machine that does nothing else it is a few per cent.
 *
 * @param share of the median; NaN where nothing was measured twice
 */
record Spread(double share) {
  private static final double WIDE = 0.15;

  /** The spread of repeats, of all kinds of work together; for each kind the times that it took. */
  static Spread of(List<List<Double>> repeats) {
    double[] deviations =
        repeats.stream()
            .filter(times -> times.size() > 1)
            .flatMapToDouble(
                times -> {
                  double median = Median.of(times, Double::doubleValue);
                  return times.stream().mapToDouble(time -> Math.abs(time - median) / median);
                })
            .toArray();
    return new Spread(deviations.length == 0 ? Double.NaN : Median.of(deviations));
  }

  /** Whether it is that of a machine with other work. */
  boolean wide() {
    return share > WIDE;
  }

  /**
   * What to do about a wide one, a line; empty where it is not wide.
   *
   * @param how options that help, for the end of the sentence
   */
  String warning(String how) {
    return wide()
        ? format(
            "Times of equal work differ: half of the runs took over %.0f %% more or less than their"
                + " median. For better ones, wait until the machine is quiet, or %s.\n",
            100 * share, how)
        : "";
  }
}
