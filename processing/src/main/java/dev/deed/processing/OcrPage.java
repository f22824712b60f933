package dev.deed.processing;

import java.util.List;

/**
 * What text recognition found on a page.
 *
 * @param width of the page in pixels, above 0
 * @param height of the page in pixels, above 0
 * @param entries words or lines in reading order
 */
public record OcrPage(double width, double height, List<Entry> entries) {
  /**
   * A word or a line.
   *
   * @param text words separated by white space
   * @param x0 left edge in pixels
   * @param y0 upper edge in pixels
   * @param x1 right edge in pixels, not left of {@code x0}
   * @param y1 lower edge in pixels, not above {@code y0}
   */
  public record Entry(String text, double x0, double y0, double x1, double y1) {}

  public OcrPage {
    entries = List.copyOf(entries);
  }
}
