package dev.deed.processing.lines;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How large and how dark the letters of a page are: medians over the marks that could be letters,
 * each counted by its height, so that specks count little.
 *
 * @param height of a letter in pixels
 * @param depth see {@link Mark#depth()}
 */
record PrintSize(double height, double depth) {
  /** Lower marks cannot be read; higher ones than this, or this part of the page, are pictures. */
  private static final int LEAST_HEIGHT = 6;

  private static final int MOST_HEIGHT = 100;
  private static final int PART_OF_PAGE = 8;

  /** The size of print, {@code null} where no mark could be a letter. */
  static @Nullable PrintSize of(List<Mark> marks, int shorterSide) {
    int most = Math.max(MOST_HEIGHT, shorterSide / PART_OF_PAGE);
    List<Mark> letters =
        marks.stream()
            .filter(
                m ->
                    m.height() >= LEAST_HEIGHT
                        && m.height() <= most
                        && m.width() <= 3 * m.height()
                        && m.height() <= 12 * m.width()
                        && m.fill() >= 0.08)
            .toList();
    return letters.isEmpty()
        ? null
        : new PrintSize(median(letters, Mark::height), median(letters, Mark::depth));
  }

  private static double median(List<Mark> letters, ToDoubleFunction<Mark> value) {
    List<Mark> sorted = letters.stream().sorted(Comparator.comparingDouble(value)).toList();
    long half = sorted.stream().mapToLong(Mark::height).sum() / 2;
    long passed = 0;
    for (Mark letter : sorted) {
      passed += letter.height();
      if (passed >= half) {
        return value.applyAsDouble(letter);
      }
    }
    return value.applyAsDouble(sorted.getLast());
  }

  /** Whether it has the size and the darkness of print; what has not is a rule, a blot, a fold. */
  boolean allows(Mark mark) {
    boolean rule =
        mark.width() > 12 * height || mark.width() > Math.max(6 * mark.height(), 3 * height);
    boolean blot =
        mark.fill() > 0.7 && mark.width() > 0.8 * mark.height() && mark.height() > 0.8 * height;
    return mark.height() <= 4 * height && !rule && !blot && mark.depth() >= 0.35 * depth;
  }

  /** Whether a line can begin with it; dots, commas and dashes join the lines that are there. */
  boolean isLetter(Mark mark) {
    return mark.height() >= 0.45 * height && mark.fill() >= 0.05;
  }
}
