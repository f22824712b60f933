package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Makes up text lines and their pictures. Safe for many threads. */
sealed interface LineMaker permits ReceiptLines, PrintLines {
  /** After so many draws without a text that the fonts can set, there is none. */
  int MOST_TRIES = 1000;

  /**
   * A line.
   *
   * @param text what a reader should write
   * @param picture of any size
   */
  record Line(String text, Picture picture) {}

  /**
   * A line; the same for the same state of the generator.
   *
   * @throws InputException when the fonts can set none of the texts
   */
  Line make(RandomGenerator random);

  /**
   * Draws until something suits.
   *
   * @throws InputException when nothing does
   */
  static <T> T first(Supplier<T> draw, Predicate<T> suits) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      T drawn = draw.get();
      if (suits.test(drawn)) {
        return drawn;
      }
    }
    throw new InputException(
        "fonts",
        "have not all characters of the texts, or texts are of other lengths",
        "give fonts for this script, or allow other lengths");
  }
}
