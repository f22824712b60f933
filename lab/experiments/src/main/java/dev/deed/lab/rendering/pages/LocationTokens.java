package dev.deed.lab.rendering.pages;

import dev.deed.value.InputException;

/**
 * Boxes in OFA's words: {@code <bin_12> <bin_40> <bin_88> <bin_60>}, left, top, right and bottom as
 * shares of the page's side, rounded to whole bins.
 *
 * @param bins number of them, {@value #LEAST}…{@value #MOST}
 */
public record LocationTokens(int bins) {
  private static final int LEAST = 32;
  private static final int MOST = 1000;

  /**
   * @throws InputException when the number is out of range
   */
  public LocationTokens {
    InputException.require(
        bins >= LEAST && bins <= MOST, "bins", "are " + bins, "give " + LEAST + " to " + MOST);
  }

  String of(Box box) {
    return "<bin_%d> <bin_%d> <bin_%d> <bin_%d>"
        .formatted(bin(box.x0()), bin(box.y0()), bin(box.x1()), bin(box.y1()));
  }

  private long bin(int pixel) {
    return Math.round((double) pixel / Page.SIDE * (bins - 1));
  }
}
