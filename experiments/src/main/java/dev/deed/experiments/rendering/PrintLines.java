package dev.deed.experiments.rendering;

import java.awt.Font;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Prints of all sorts. A font is drawn for each that has all characters of its text. */
record PrintLines(PrintTexts texts, PrintRenderer renderer) implements LineMaker {
  private record Set(String text, Optional<Font> font) {}

  @Override
  public Line make(RandomGenerator random) {
    Set set =
        LineMaker.first(
            () -> {
              String text = texts.draw(random);
              return new Set(text, renderer.font(text, random));
            },
            drawn -> drawn.font().isPresent());
    List<String> neighbours = List.of(texts.draw(random), texts.draw(random));
    return new Line(
        set.text(), renderer.draw(set.text(), set.font().orElseThrow(), neighbours, random));
  }
}
