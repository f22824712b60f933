package dev.deed.processing.page;

/**
 * Ink that hangs together: a letter, a part of one, a rule, a speck.
 *
 * @param x0 first column
 * @param y0 first row
 * @param x1 column behind the last
 * @param y1 row behind the last
 * @param area its pixels
 * @param depth by how many of 256 levels its darkest pixel is darker than what is around it
 */
record Mark(int x0, int y0, int x1, int y1, int area, float depth) {
  int width() {
    return x1 - x0;
  }

  int height() {
    return y1 - y0;
  }

  double middle() {
    return (y0 + y1) / 2.0;
  }

  /** Share of its box that is ink. */
  double fill() {
    return area / ((double) width() * height());
  }
}
