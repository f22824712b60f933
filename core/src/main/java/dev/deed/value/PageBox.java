package dev.deed.value;

import java.util.List;
import java.util.stream.Stream;

/**
 * A box on a page, in pixels from the page's upper left corner. Takes the edges as they are.
 * Immutable.
 *
 * @param x0 left edge
 * @param y0 upper edge
 * @param x1 right edge
 * @param y1 lower edge
 */
public record PageBox(double x0, double y0, double x1, double y1) {
  /**
   * {@return the box around both}
   *
   * @param other another box of the page
   */
  public PageBox with(PageBox other) {
    return new PageBox(
        Math.min(x0, other.x0),
        Math.min(y0, other.y0),
        Math.max(x1, other.x1),
        Math.max(y1, other.y1));
  }

  /** {@return the edges as answers state them, x0, y0, x1, y1 in hundredths of a pixel} */
  public List<Double> rounded() {
    return Stream.of(x0, y0, x1, y1).map(edge -> Math.round(edge * 100) / 100.0).toList();
  }

  /** {@return whether all edges are numbers that are finite} */
  public boolean isFinite() {
    return Double.isFinite(x0 + y0 + x1 + y1);
  }
}
