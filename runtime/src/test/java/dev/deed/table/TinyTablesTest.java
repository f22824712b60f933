package dev.deed.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables of the repository's own tiny model, whose answers end at the limit. */
final class TinyTablesTest {
  private static final PageBox TABLE = new PageBox(3.5, 6.2, 52.5, 70.5);
  private static final Page PAGE =
      Page.of(TableModelTest.ROOT.resolve("tiny/page.png")).withTables(List.of(TABLE));

  @Test
  void theLastTagStaysWithEmptyCells() {
    try (EncoderDecoderModel model =
            EncoderDecoderModel.open(TableModelTest.ROOT.resolve("tiny/model"), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      TableReader reader = TableReader.of(engine);
      TableOptions options = TableOptions.defaults();
      PageTable lost = reader.read(PAGE, options).getFirst();
      PageTable kept = reader.read(PAGE, options.withEmptyCells(true)).getFirst();

      assertThat(lost.answer().tokens()).hasSize(lost.otsl().size() + 1);
      assertThat(kept.otsl()).hasSize(lost.otsl().size() + 1).endsWith("rhed");
      assertThat(kept.cells()).hasSizeGreaterThanOrEqualTo(lost.cells().size());

      TableOptions few = options.withGeneration(GenerationOptions.defaults().withMaxNewTokens(5));
      assertThat(reader.read(PAGE, few).getFirst().otsl())
          .containsExactly("fcel", "lcel", "fcel", "lcel");
    }
  }

  @Test
  void aCellHasItsWords() {
    try (EncoderDecoderModel model =
            EncoderDecoderModel.open(TableModelTest.ROOT.resolve("tiny/model"), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(4))) {
      TableReader reader = TableReader.of(engine);
      List<TableCell> cells = reader.read(PAGE, TableOptions.defaults()).getFirst().cells();
      PageBox box = cells.getFirst().box();
      double x = (box.x0() + box.x1()) / 2;
      double y = (box.y0() + box.y1()) / 2;
      List<OcrWord> words = new ArrayList<>(List.of(new OcrWord("a", x, y, x + 1, y + 1)));
      words.add(new OcrWord("outside", 54, 1, 55, 2));

      List<TableCell> filled =
          reader.read(PAGE.withWords(words), TableOptions.defaults()).getFirst().cells();

      assertThat(filled).extracting(TableCell::text).containsExactly("a");
      assertThat(reader.read(PAGE.withWords(List.of()), TableOptions.defaults()))
          .first()
          .satisfies(table -> assertThat(table.cells()).isEmpty());
    }
  }
}
