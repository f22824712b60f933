package dev.deed.value;

import java.util.Objects;

/**
 * A recognised word or line of a page, with its box. Coordinates are pixels from the upper left
 * corner of the page. A box that reaches out of the page is cut off at its edge. Immutable.
 *
 * @param text what was read
 * @param x0 left edge
 * @param y0 upper edge
 * @param x1 right edge, {@code x0} or more
 * @param y1 lower edge, {@code y0} or more
 */
public record OcrWord(String text, double x0, double y0, double x1, double y1) {
  /**
   * Takes the coordinates as they are. The model checks them when it reads the page.
   *
   * @throws NullPointerException when the text is null
   */
  public OcrWord {
    Objects.requireNonNull(text, "text");
  }
}
