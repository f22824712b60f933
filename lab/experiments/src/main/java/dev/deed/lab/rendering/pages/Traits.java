package dev.deed.lab.rendering.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an element is like, as far as it is said.
 *
 * @param colour null when it is not said
 * @param look null when it is not said
 */
record Traits(Kind kind, @Nullable Colour colour, @Nullable Look look) {
  /** Written out: of a compact constructor, class files do not tell what may be null. */
  Traits(Kind kind, @Nullable Colour colour, @Nullable Look look) {
    this.kind = kind;
    this.colour = colour;
    this.look = look;
  }

  boolean fit(Element element) {
    return element.kind() == kind
        && (colour == null || element.colour() == colour)
        && (look == null || element.look() == look);
  }

  /** Those of a list that fit, in its order. */
  List<Element> among(List<Element> elements) {
    return elements.stream().filter(this::fit).toList();
  }

  /** {@code round green button}. */
  String words() {
    StringBuilder words = new StringBuilder();
    if (look != null) {
      words.append(look.word()).append(' ');
    }
    if (colour != null) {
      words.append(colour.word()).append(' ');
    }
    return words.append(kind.word()).toString();
  }
}
