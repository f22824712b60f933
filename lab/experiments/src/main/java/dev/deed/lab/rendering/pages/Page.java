package dev.deed.lab.rendering.pages;

import java.util.List;

/**
 * A page as data; what it looks like follows from it and the fonts.
 *
 * @param cards in reading order, at least one
 * @param elements in reading order: by cards, rows from the top, inside a row from the left
 * @param labels text that no question names
 */
record Page(
    Arrangement arrangement,
    List<Box> cards,
    List<Element> elements,
    List<Label> labels,
    Style style) {
  /** Width and height of all pages in pixels. */
  static final int SIDE = 256;

  Page {
    cards = List.copyOf(cards);
    elements = List.copyOf(elements);
    labels = List.copyOf(labels);
  }

  /** How cards stand to each other. */
  enum Arrangement {
    SINGLE,
    ROW,
    COLUMN,
    /** Two rows of two. */
    GRID
  }

  /** Text beside elements; its outline fills the box or less. */
  record Label(String text, Box box) {}

  /**
   * What the elements have in common.
   *
   * @param ground colour of the page as RGB
   * @param cardGround colour of the cards as RGB
   * @param border colour of the cards' edges as RGB; that of the cards for none
   * @param corner diameter of the cards' corners in pixels
   * @param font which of the fonts
   */
  record Style(int ground, int cardGround, int border, int corner, int font) {}

  /** The elements of a card, in reading order. */
  List<Element> on(int card) {
    return elements.stream().filter(element -> element.card() == card).toList();
  }
}
