package dev.deed.processing.page;

import dev.deed.files.Interruption;
import java.util.Arrays;
import java.util.List;

/**
 * How much the lines of a page are tilted, after H. Baird, "The skew angle of printed documents"
 * (1987): the feet of all letters are projected along each slope; where the lines lie, they come
 * together in few places. Paper that is bent has other slopes at its top than at its end, so each
 * band of the page has its own, near that of the whole.
 */
final class TextSlopes {
  /** Rows a column: some eight degrees. What is tilted more is no upright page. */
  private static final double MOST = 0.14;

  /** How far a band's slope may be from the page's. */
  private static final double MOST_APART = 0.05;

  private static final double COARSE = 0.004;
  private static final double FINE = 0.0005;

  /** Below it a line keeps within its box as it is. */
  private static final double LEAST = 0.005;

  /** Fewer letters come together by chance. */
  private static final int LEAST_LETTERS = 25;

  /**
   * Another slope is taken where letters come together more than by chance: by this share over the
   * root of their number.
   */
  private static final double GAIN = 2;

  private static final int PLACES_A_LETTER = 6;

  /** From one band to the next, in heights of a letter; each reaches to the middles of both. */
  private static final int STEP = 8;

  private final List<Mark> letters;
  private final double height;
  private final double centre;
  private final Interruption interruption;

  /**
   * @param letters of a page
   * @param height of a letter in pixels
   * @param width of the page in pixels
   */
  TextSlopes(List<Mark> letters, double height, int width, Interruption interruption) {
    this.letters = letters;
    this.height = height;
    this.centre = width / 2.0;
    this.interruption = interruption;
  }

  /**
   * For each row of a page, by how many rows lines that cross it at the middle of the page fall for
   * each column, below 0 where they rise; empty where all lines are level or too few to tell.
   *
   * @param rows of the page
   * @throws java.util.concurrent.CancellationException when nobody wants them any more
   */
  double[] ofRows(int rows) {
    if (letters.size() < LEAST_LETTERS || MOST * centre > rows) {
      return new double[0];
    }
    double whole = best(letters, best(letters, 0, MOST, COARSE), COARSE, FINE);
    double step = STEP * height;
    // So near that no row of the level page comes before the one above it.
    double apart = Math.min(MOST_APART, step / (4 * centre));
    double[] bands = new double[(int) (rows / step) + 2];
    for (int i = 0; i < bands.length; i++) {
      double middle = i * step;
      List<Mark> there =
          letters.stream().filter(letter -> Math.abs(foot(letter, whole) - middle) < step).toList();
      bands[i] = there.size() < LEAST_LETTERS ? whole : best(there, whole, apart, COARSE / 2);
    }
    double[] slopes = new double[rows];
    for (int y = 0; y < rows; y++) {
      int band = (int) (y / step);
      double part = y / step - band;
      slopes[y] = (1 - part) * bands[band] + part * bands[band + 1];
    }
    return Arrays.stream(slopes).allMatch(slope -> Math.abs(slope) < LEAST)
        ? new double[0]
        : slopes;
  }

  private double best(List<Mark> some, double middle, double reach, double step) {
    double best = middle;
    double most = (1 + GAIN / Math.sqrt(some.size())) * concentration(some, middle);
    int steps = (int) Math.round(reach / step);
    for (int i = -steps; i <= steps; i++) {
      interruption.check();
      double slope = middle + i * step;
      long here = concentration(some, slope);
      if (here > most) {
        best = slope;
        most = here;
      }
    }
    return best;
  }

  /** Sum of the squares of the letters in each two neighbouring places. */
  private long concentration(List<Mark> some, double slope) {
    int[] places =
        some.stream()
            .mapToInt(letter -> (int) Math.floor(foot(letter, slope) * PLACES_A_LETTER / height))
            .toArray();
    int least = Arrays.stream(places).min().orElse(0);
    int[] counts = new int[Arrays.stream(places).max().orElse(0) - least + 2];
    for (int place : places) {
      counts[place - least]++;
    }
    long sum = 0;
    for (int i = 0; i + 1 < counts.length; i++) {
      long both = counts[i] + counts[i + 1];
      sum += both * both;
    }
    return sum;
  }

  /** The row at the middle of the page where a line of this slope at the letter's foot crosses. */
  private double foot(Mark letter, double slope) {
    return letter.y1() - slope * ((letter.x0() + letter.x1()) / 2.0 - centre);
  }
}
