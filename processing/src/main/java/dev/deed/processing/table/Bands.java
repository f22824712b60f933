package dev.deed.processing.table;

import java.util.Arrays;

/**
 * Where the rows of a table lie along y, or its columns along x: from the least to the greatest
 * edge of their cells.
 *
 * @param low edge of each; −1 where no cell tells
 * @param high edge of each; −1 where no cell tells
 * @param closed whether a word that reaches over a band exactly from edge to edge touches it; it
 *     always does where it begins or ends inside
 */
record Bands(double[] low, double[] high, boolean closed) {
  static Bands empty(int count, boolean closed) {
    Bands bands = new Bands(new double[count], new double[count], closed);
    Arrays.fill(bands.low, Double.POSITIVE_INFINITY);
    Arrays.fill(bands.high, Double.NEGATIVE_INFINITY);
    return bands;
  }

  void add(int band, double from, double to) {
    low[band] = Math.min(low[band], from);
    high[band] = Math.max(high[band], to);
  }

  /** The band that a word touches, of several that with the nearer centre; −1 for none. */
  int touched(double from, double to) {
    int best = -1;
    double least = 0;
    for (int i = 0; i < low.length; i++) {
      double a = isTold(i) ? low[i] : -1;
      double b = isTold(i) ? high[i] : -1;
      boolean over = closed ? from <= a && to >= b : from < a && to > b;
      if (a <= from && from <= b || a <= to && to <= b || over) {
        double distance = Math.rint(Math.abs((a + b) / 2 - (from + to) / 2));
        if (best < 0 || distance < least) {
          best = i;
          least = distance;
        }
      }
    }
    return best;
  }

  /** The band with the nearest centre, the first of equals; −1 where none lies on the page. */
  int nearest(double centre) {
    int best = -1;
    double least = 0;
    for (int i = 0; i < low.length; i++) {
      if (isTold(i) && low[i] >= 0 && high[i] >= 0) {
        double distance = Math.abs(centre - (low[i] + high[i]) / 2);
        if (best < 0 || distance < least) {
          best = i;
          least = distance;
        }
      }
    }
    return best;
  }

  private boolean isTold(int band) {
    return low[band] != Double.POSITIVE_INFINITY;
  }
}
