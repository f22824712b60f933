package dev.deed.processing.sound;

import java.util.Arrays;

/**
 * Triangles that sum the powers of frequencies up to bins of equal width on Slaney's mel scale
 * (linear up to 1000 Hz, logarithmic above), each of the same area.
 */
final class MelFilters {
  private static final double HERTZ_PER_MEL = 200.0 / 3;

  /** Where the scale becomes logarithmic, in Hz and in mel. */
  private static final double KNEE = 1000;

  private static final double KNEE_MEL = KNEE / HERTZ_PER_MEL;
  private static final double LOG_STEP = StrictMath.log(6.4) / 27;

  /** The first frequency of each bin that counts, and its weights from there on. */
  private final int[] first;

  private final double[][] weights;

  /**
   * @param bins how many come out
   * @param frequencies how many go in, evenly from 0 to {@code highest}
   * @param highest frequency, in Hz
   * @param end of the last triangle, in Hz
   */
  MelFilters(int bins, int frequencies, double highest, double end) {
    double[] corners = new double[bins + 2];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = hertz(mel(end) * i / (bins + 1));
    }
    this.first = new int[bins];
    this.weights = new double[bins][];
    double step = highest / (frequencies - 1);
    for (int bin = 0; bin < bins; bin++) {
      int from = frequencies;
      int to = 0;
      double[] triangle = new double[frequencies];
      for (int i = 0; i < frequencies; i++) {
        double rising = (i * step - corners[bin]) / (corners[bin + 1] - corners[bin]);
        double falling = (corners[bin + 2] - i * step) / (corners[bin + 2] - corners[bin + 1]);
        triangle[i] =
            Math.max(0, Math.min(rising, falling)) * 2 / (corners[bin + 2] - corners[bin]);
        if (triangle[i] > 0) {
          from = Math.min(from, i);
          to = i + 1;
        }
      }
      first[bin] = from;
      weights[bin] = from < to ? Arrays.copyOfRange(triangle, from, to) : new double[0];
    }
  }

  private static double mel(double hertz) {
    return hertz < KNEE
        ? hertz / HERTZ_PER_MEL
        : KNEE_MEL + StrictMath.log(hertz / KNEE) / LOG_STEP;
  }

  private static double hertz(double mel) {
    return mel < KNEE_MEL
        ? mel * HERTZ_PER_MEL
        : KNEE * StrictMath.exp(LOG_STEP * (mel - KNEE_MEL));
  }

  double of(int bin, double[] powers) {
    double sum = 0;
    for (int i = 0; i < weights[bin].length; i++) {
      sum += weights[bin][i] * powers[first[bin] + i];
    }
    return sum;
  }
}
