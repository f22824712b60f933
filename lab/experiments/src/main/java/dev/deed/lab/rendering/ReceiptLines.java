package dev.deed.lab.rendering;

import dev.deed.lab.copying.ReceiptTexts;
import java.util.random.RandomGenerator;

/** Lines of receipts: targets in capitals, now and then printed small. */
record ReceiptLines(ReceiptTexts texts, LineRenderer renderer, TextLengths lengths)
    implements LineMaker {
  @Override
  public Line make(RandomGenerator random) {
    String text =
        LineMaker.first(
            () -> texts.draw(random), drawn -> lengths.allow(drawn) && renderer.canSet(drawn));
    String neighbour = LineMaker.first(() -> texts.draw(random), renderer::canSet);
    return new Line(text, renderer.draw(LineRenderer.printed(text, random), neighbour, random));
  }
}
