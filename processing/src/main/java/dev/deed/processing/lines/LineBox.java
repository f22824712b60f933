package dev.deed.processing.lines;

import java.util.List;

/**
 * The box of a line.
 *
 * @param letters how many marks of a letter's size it holds
 */
record LineBox(int x0, int y0, int x1, int y1, int letters) {
  static LineBox of(List<Mark> letters) {
    return letters.stream().map(mark -> of(mark, 1)).reduce(LineBox::with).orElseThrow();
  }

  /** The box of a mark. */
  static LineBox of(Mark mark, int letters) {
    return new LineBox(mark.x0(), mark.y0(), mark.x1(), mark.y1(), letters);
  }

  /** The box around both. */
  LineBox with(LineBox other) {
    return new LineBox(
        Math.min(x0, other.x0),
        Math.min(y0, other.y0),
        Math.max(x1, other.x1),
        Math.max(y1, other.y1),
        letters + other.letters);
  }

  int height() {
    return y1 - y0;
  }

  /** Along x, below 0 where they cover each other. */
  int gapTo(Mark mark) {
    return Math.max(x0 - mark.x1(), mark.x0() - x1);
  }

  /** Whether both are pieces of one line whose boxes touch. */
  boolean overlaps(LineBox other) {
    int lower = Math.min(height(), other.height());
    int higher = Math.max(height(), other.height());
    int shared = Math.min(y1, other.y1) - Math.max(y0, other.y0);
    int both = Math.max(y1, other.y1) - Math.min(y0, other.y0);
    return Math.max(x0, other.x0) - Math.min(x1, other.x1) <= 0.3 * height()
        && shared > 0.6 * lower
        && both < 1.4 * higher;
  }
}
