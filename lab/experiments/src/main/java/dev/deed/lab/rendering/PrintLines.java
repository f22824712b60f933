package dev.deed.lab.rendering;

import java.awt.Font;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Prints of all sorts. A font is drawn for each that has all characters of its text. */
record PrintLines(PrintTexts texts, PrintRenderer renderer, TextLengths lengths)
    implements LineMaker {
  private record Printable(String text, Optional<Font> font) {}

  @Override
  public Line make(RandomGenerator random) {
    Printable printable =
        LineMaker.first(
            () -> {
              String text = texts.draw(random, lengths.least());
              return new Printable(text, renderer.font(text, random));
            },
            drawn -> drawn.font().isPresent() && lengths.allow(drawn.text()));
    List<String> neighbours = List.of(texts.draw(random, 1), texts.draw(random, 1));
    return new Line(
        printable.text(),
        renderer.draw(printable.text(), printable.font().orElseThrow(), neighbours, random));
  }
}
