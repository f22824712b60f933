package dev.deed.processing.lines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Letters of a line, from the left, as they are found. */
final class LineGroup {
  /** The last letters, which tell where the line goes on: it may be a little tilted. */
  private static final int LAST = 4;

  private final List<Mark> letters = new ArrayList<>();
  private int end;
  private double top;
  private double bottom;

  LineGroup(Mark first) {
    add(first);
  }

  void add(Mark letter) {
    letters.add(letter);
    end = Math.max(end, letter.x1());
    List<Mark> last = letters.subList(Math.max(0, letters.size() - LAST), letters.size());
    top = median(last.stream().mapToInt(Mark::y0).toArray());
    bottom = median(last.stream().mapToInt(Mark::y1).toArray());
  }

  private static double median(int[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2.0;
  }

  List<Mark> letters() {
    return letters;
  }

  double middle() {
    return (top + bottom) / 2;
  }

  double gapTo(Mark letter) {
    return letter.x0() - end;
  }

  /** Whether a letter at the right goes on with this line. */
  boolean goesOnWith(Mark letter, double widestGap) {
    double height = bottom - top;
    double shared = Math.min(letter.y1(), bottom) - Math.max(letter.y0(), top);
    double widest = widestGap * Math.max(height, Math.min(letter.height(), 1.3 * height));
    return gapTo(letter) <= widest
        && shared >= 0.5 * Math.min(letter.height(), height)
        && shared >= 0.25 * Math.max(letter.height(), height);
  }

  /** Drops what is much higher than the others: a stroke of a pen, a fold. */
  void dropTall() {
    if (letters.size() > 2) {
      double usual = median(letters.stream().mapToInt(Mark::height).toArray());
      letters.removeIf(letter -> letter.height() > 2.2 * usual);
    }
  }
}
