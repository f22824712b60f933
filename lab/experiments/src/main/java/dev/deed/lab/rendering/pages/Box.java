package dev.deed.lab.rendering.pages;

/**
 * A rectangle in pixels from a page's upper left corner.
 *
 * @param x0 first column
 * @param y0 first row
 * @param x1 behind the last column, more than {@code x0}
 * @param y1 behind the last row, more than {@code y0}
 */
record Box(int x0, int y0, int x1, int y1) {
  int width() {
    return x1 - x0;
  }

  int height() {
    return y1 - y0;
  }

  int area() {
    return width() * height();
  }

  /** Whether another stands in the same rows: they share at least half of the lower one's. */
  boolean sharesRows(Box other) {
    int shared = Math.min(y1, other.y1) - Math.max(y0, other.y0);
    return 2 * shared >= Math.min(height(), other.height());
  }

  /** Whether another stands in the same columns: they share at least half of the narrower's. */
  boolean sharesColumns(Box other) {
    int shared = Math.min(x1, other.x1) - Math.max(x0, other.x0);
    return 2 * shared >= Math.min(width(), other.width());
  }
}
