package dev.deed.lab.rendering.pages;

import org.jspecify.annotations.Nullable;

/**
 * Something on a card that a question can name.
 *
 * @param colour null where the kind has none
 * @param look null where the kind has none
 * @param card its card, from 0
 * @param text what is written on it; may be empty
 * @param shade decides details of its drawing, 0…255
 */
record Element(
    Kind kind,
    @Nullable Colour colour,
    @Nullable Look look,
    int card,
    Box box,
    String text,
    int shade) {
  /** Written out: of a compact constructor, class files do not tell what may be null. */
  Element(
      Kind kind,
      @Nullable Colour colour,
      @Nullable Look look,
      int card,
      Box box,
      String text,
      int shade) {
    this.kind = kind;
    this.colour = colour;
    this.look = look;
    this.card = card;
    this.box = box;
    this.text = text;
    this.shade = shade;
  }

  /** All that can be said of it. */
  Traits traits() {
    return new Traits(kind, colour, look);
  }

  /** Whether its colour and kind are never drawn together on pages to learn from. */
  boolean heldOut() {
    return colour != null && HeldOut.contains(colour, kind);
  }
}
