package dev.deed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.testing.Shared;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables of drawn pages, as Docling reads them. */
final class TableReaderTest {
  private static Path set = Path.of("");
  private static EncoderDecoderModel model;
  private static Engine engine;
  private static TableReader reader;
  private static final List<JsonNode> CASES = new ArrayList<>();

  @BeforeAll
  static void open() throws IOException {
    set = Shared.path("golden/tables/small");
    new ObjectMapper()
        .readTree(set.resolve("cases.json").toFile())
        .get("cases")
        .forEach(CASES::add);
    model = EncoderDecoderModel.open(set.resolve("model"), 2);
    engine = model.engine(EngineOptions.defaults().withKnee(4));
    reader = TableReader.of(engine);
  }

  @AfterAll
  static void close() {
    if (engine != null) {
      engine.close();
      model.close();
    }
  }

  private static Page page(JsonNode one, boolean hasWords) {
    Page page = Page.of(set.resolve(one.get("image").textValue()));
    List<OcrWord> words = new ArrayList<>();
    for (JsonNode word : one.get("words")) {
      PageBox box = box(word.get("box"));
      words.add(new OcrWord(word.get("text").textValue(), box.x0(), box.y0(), box.x1(), box.y1()));
    }
    return (one.get("table").isNull() ? page : page.withTables(List.of(box(one.get("table")))))
        .withWords(hasWords ? words : null);
  }

  private static PageBox box(JsonNode edges) {
    return new PageBox(
        edges.get(0).doubleValue(),
        edges.get(1).doubleValue(),
        edges.get(2).doubleValue(),
        edges.get(3).doubleValue());
  }

  private static List<PageTable> readAll(TableOptions options) {
    List<InFlight<List<PageTable>>> begun = new ArrayList<>();
    for (JsonNode one : CASES) {
      begun.add(reader.begin(page(one, true), options));
      begun.add(reader.begin(page(one, false), options));
    }
    return begun.stream().flatMap(each -> each.await().stream()).toList();
  }

  private static void assertSame(PageTable one, PageTable other) {
    assertThat(one.otsl()).isEqualTo(other.otsl());
    assertThat(one.cells()).isEqualTo(other.cells());
    assertThat(one.html()).isEqualTo(other.html());
  }

  @Test
  void tablesOfManyPagesTogetherAreThoseOfEachAlone() {
    List<PageTable> together = readAll(TableOptions.defaults());
    for (int i = 0; i < CASES.size(); i++) {
      for (int words = 0; words < 2; words++) {
        PageTable alone =
            reader.read(page(CASES.get(i), words == 0), TableOptions.defaults()).getFirst();
        assertSame(together.get(2 * i + words), alone);
        JsonNode known = CASES.get(i).get(words == 0 ? "with_words" : "without_words");
        assertThat(alone.otsl())
            .isEqualTo(known.get("otsl").valueStream().map(JsonNode::textValue).toList());
        assertThat(alone.rows()).isEqualTo(known.get("rows").intValue());
        assertThat(alone.columns()).isEqualTo(known.get("columns").intValue());
        assertThat(alone.cells()).hasSize(known.get("cells").size());
        assertThat(alone.answer().exitLayers()).hasSize(alone.answer().tokens().size());
      }
    }
  }

  @Test
  void losslessTablesArePlainOnes() {
    List<PageTable> plain = readAll(TableOptions.defaults());
    ExitSettings own = ExitSettings.own().with(ExitSetting.LOSSLESS, true);
    for (ExitSettings drafting :
        List.of(
            own.with(ExitSetting.DRAFT_NGRAMS, 3),
            own.with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8))) {
      List<PageTable> lossless =
          readAll(
              TableOptions.defaults()
                  .withGeneration(GenerationOptions.defaults().withExits(drafting)));
      for (int i = 0; i < plain.size(); i++) {
        assertSame(lossless.get(i), plain.get(i));
      }
    }
  }

  @Test
  void tablesOfOnePageAreReadTogether() {
    JsonNode one = CASES.getFirst();
    PageBox box = one.get("table").isNull() ? new PageBox(0, 0, 300, 200) : box(one.get("table"));
    Page page = page(one, false);
    PageBox half = new PageBox(box.x0(), box.y0(), box.x1(), (box.y0() + box.y1()) / 2);

    List<PageTable> both =
        reader.read(page.withTables(List.of(half, box)), TableOptions.defaults());

    assertThat(both).hasSize(2);
    assertSame(
        both.getLast(),
        reader.read(page.withTables(List.of(box)), TableOptions.defaults()).getFirst());
    assertSame(
        both.getFirst(),
        reader.read(page.withTables(List.of(half)), TableOptions.defaults()).getFirst());
  }

  @Test
  void emptyCellsKeepTheLastTagAndAllPlaces() {
    for (JsonNode one : CASES) {
      PageTable structure = reader.read(page(one, false), TableOptions.defaults()).getFirst();
      PageTable kept =
          reader.read(page(one, true), TableOptions.defaults().withEmptyCells(true)).getFirst();
      assertThat(kept.otsl().size() - structure.otsl().size()).isBetween(0, 1);
      assertThat(kept.cells().size()).isGreaterThanOrEqualTo(structure.cells().size());
    }
  }

  @Test
  void theGrammarMakesRowsOfOneLength() {
    for (PageTable table : readAll(TableOptions.defaults().withGrammar(true))) {
      List<Integer> lengths = new ArrayList<>();
      int length = 0;
      for (String tag : table.otsl()) {
        if (tag.equals("nl")) {
          lengths.add(length);
        }
        length = tag.equals("nl") ? 0 : length + 1;
      }
      assertThat(lengths.stream().distinct()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void boxesOfCellsLieInTheTable() {
    for (JsonNode one : CASES) {
      for (TableCell cell :
          reader.read(page(one, false), TableOptions.defaults()).getFirst().cells()) {
        JsonNode known = null;
        for (JsonNode each : one.get("without_words").get("cells")) {
          if (each.get("row").intValue() == cell.row()
              && each.get("column").intValue() == cell.column()) {
            known = each;
          }
        }
        JsonNode edges = Objects.requireNonNull(known).get("box");
        double tolerance = one.path("box_tolerance").asDouble(0.5);
        assertThat(cell.box().x0()).isCloseTo(edges.get(0).doubleValue(), within(tolerance));
        assertThat(cell.box().y1()).isCloseTo(edges.get(3).doubleValue(), within(tolerance));
      }
    }
  }

  @Test
  void boxesOffThePageAreRefused() {
    Page page = page(CASES.getFirst(), false);
    for (PageBox box :
        List.of(new PageBox(5000, 5000, 6000, 6000), new PageBox(-50, -50, -10, -10))) {
      assertThatThrownBy(() -> reader.read(page.withTables(List.of(box)), TableOptions.defaults()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("of which nothing lies on the picture");
    }
    for (PageBox box : List.of(new PageBox(5, 5, 5, 9), new PageBox(5, 5, Double.NaN, 9))) {
      assertThatThrownBy(() -> page.withTables(List.of(box)))
          .hasMessageStartingWith("table: is not left, upper, right, lower edge");
    }
  }
}
