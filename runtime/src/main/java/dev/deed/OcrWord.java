package dev.deed;

import java.util.Objects;

/**
 * A recognised word or line of a page. Coordinates are pixels, the origin is the upper left corner
 * of the page. Immutable.
 *
 * @param text what was read
 * @param x0 left side
 * @param y0 upper side
 * @param x1 right side, not left of {@code x0}
 * @param y1 lower side, not above {@code y0}
 */
public record OcrWord(String text, double x0, double y0, double x1, double y1) {
  /** Refuses what is null. */
  public OcrWord {
    Objects.requireNonNull(text, "text");
  }
}
