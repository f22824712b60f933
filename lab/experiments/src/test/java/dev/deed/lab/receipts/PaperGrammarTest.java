package dev.deed.lab.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.OcrWord;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PaperGrammarTest {
  private static String text(Paper paper) {
    return " "
        + String.join(" ", paper.page().entries().stream().map(OcrWord::text).toList())
        + " ";
  }

  @Test
  void fieldsAreRunsOfWordsThatStandOnThePaper() {
    SplittableRandom seeds = new SplittableRandom(1);
    Map<PaperField, Integer> there = new EnumMap<>(PaperField.class);
    for (int i = 0; i < 500; i++) {
      Paper paper = PaperGrammar.draw(seeds.split());
      paper
          .fields()
          .forEach(
              (field, value) -> {
                if (!value.isEmpty()) {
                  assertThat(text(paper)).contains(" " + value + " ");
                  there.merge(field, 1, Integer::sum);
                }
              });
    }
    for (PaperField field : PaperField.values()) {
      assertThat(there.get(field)).as(field.label()).isBetween(350, 499);
    }
  }

  @Test
  void boxesStandOnThePaper() {
    SplittableRandom seeds = new SplittableRandom(2);
    for (int i = 0; i < 200; i++) {
      Paper paper = PaperGrammar.draw(seeds.split());
      for (OcrWord entry : paper.page().entries()) {
        assertThat(entry.x0()).isBetween(0.0, entry.x1());
        assertThat(entry.y0()).isBetween(0.0, entry.y1());
        assertThat(entry.x1()).isLessThanOrEqualTo(paper.page().width());
        assertThat(entry.y1()).isLessThanOrEqualTo(paper.page().height());
      }
    }
  }

  @Test
  void theSameSeedGivesTheSamePaper() {
    assertThat(PaperGrammar.draw(new SplittableRandom(3)))
        .isEqualTo(PaperGrammar.draw(new SplittableRandom(3)));
  }
}
