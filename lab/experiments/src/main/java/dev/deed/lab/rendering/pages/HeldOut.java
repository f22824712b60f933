package dev.deed.lab.rendering.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pairs of colour and kind that training and validation never show, so that a test can ask for
 * them: each colour and each kind is seen, with others.
 */
final class HeldOut {
  private static final Map<Kind, Colour> PAIRS =
      Map.of(
          Kind.BUTTON, Colour.PURPLE,
          Kind.CHECK_BOX, Colour.ORANGE,
          Kind.STAR, Colour.BLUE,
          Kind.CIRCLE, Colour.GREEN,
          Kind.TRIANGLE, Colour.PINK,
          Kind.BADGE, Colour.BLACK,
          Kind.BAR, Colour.RED);

  private HeldOut() {}

  static boolean contains(Colour colour, Kind kind) {
    return PAIRS.get(kind) == colour;
  }

  /** The colour that a coloured kind never has in training. */
  static Colour of(Kind kind) {
    Colour colour = PAIRS.get(kind);
    if (colour == null) {
      throw new IllegalArgumentException(kind + " has no colour");
    }
    return colour;
  }

  /** The colours that a kind may have in training. */
  static List<Colour> others(Kind kind) {
    List<Colour> colours = new ArrayList<>(List.of(Colour.values()));
    colours.remove(of(kind));
    return colours;
  }
}
