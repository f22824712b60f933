package dev.deed.experiments.rendering;

import dev.deed.experiments.copying.ReceiptTexts;
import java.util.random.RandomGenerator;

/** Lines of receipts: targets in capitals, now and then printed small. */
record ReceiptLines(ReceiptTexts texts, LineRenderer renderer) implements LineMaker {
  @Override
  public Line make(RandomGenerator random) {
    String text = text(random);
    String neighbour = text(random);
    return new Line(
        text, renderer.draw(LineRenderer.printed(text, random), neighbour, random));
  }

  private String text(RandomGenerator random) {
    return LineMaker.first(() -> texts.draw(random), renderer::canSet);
  }
}
