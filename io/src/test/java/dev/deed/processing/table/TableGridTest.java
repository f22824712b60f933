package dev.deed.processing.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Cells of tables: known answers of Docling, and of a second implementation on random tables. */
final class TableGridTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final PageBox PAGE = new PageBox(0, 0, 100, 100);

  @Test
  void cellsEqualThoseOfDocling() throws IOException {
    JsonNode cases = MAPPER.readTree(Shared.path("golden/tables/cells.json").toFile());
    for (JsonNode one : cases.get("cases")) {
      TaggedTable tagged =
          new TaggedTable(
              texts(one.get("tags")).map(TableGridTest::tag).toList(),
              boxes(one.get("boxes")),
              one.get("classes").valueStream().map(JsonNode::intValue).toList());
      PageBox table = box(one.get("table"));
      List<OcrWord> words = new ArrayList<>();
      for (JsonNode word : one.get("words")) {
        PageBox box = box(word.get("box"));
        String text = word.get("text").textValue();
        words.add(new OcrWord(text, box.x0(), box.y0(), box.x1(), box.y1()));
      }
      assertEqual(TableGrid.of(tagged, table, null, false), one.get("without_words"));
      assertEqual(TableGrid.filled(tagged, table, words, false), one.get("with_words"));
    }
  }

  private static void assertEqual(TableGrid grid, JsonNode known) {
    List<TableCell> cells = new ArrayList<>();
    for (JsonNode cell : known.get("cells")) {
      String header = cell.get("header").isNull() ? "" : cell.get("header").textValue();
      cells.add(
          new TableCell(
              cell.get("row").intValue(),
              cell.get("column").intValue(),
              cell.get("row_span").intValue(),
              cell.get("column_span").intValue(),
              cell.get("text").textValue(),
              box(cell.get("box")),
              header.isEmpty() ? null : TableCell.Header.valueOf(header.toUpperCase(Locale.ROOT))));
    }
    assertEqual(
        grid,
        new TableGrid(known.get("rows").intValue(), known.get("columns").intValue(), cells),
        known.toString(),
        0.006);
  }

  private static void assertEqual(TableGrid grid, TableGrid known, String what, double near) {
    assertThat(grid.rows()).as(what).isEqualTo(known.rows());
    assertThat(grid.columns()).as(what).isEqualTo(known.columns());
    assertThat(unboxed(grid)).as(what).isEqualTo(unboxed(known));
    List<TableCell> cells = sorted(grid);
    for (int i = 0; i < cells.size(); i++) {
      PageBox box = cells.get(i).box();
      PageBox other = sorted(known).get(i).box();
      assertThat(
              Stream.of(
                      box.x0() - other.x0(),
                      box.y0() - other.y0(),
                      box.x1() - other.x1(),
                      box.y1() - other.y1())
                  .mapToDouble(Math::abs)
                  .max()
                  .orElseThrow())
          .as(what)
          .isCloseTo(0, within(near));
    }
  }

  private static List<TableCell> unboxed(TableGrid grid) {
    return sorted(grid).stream()
        .map(
            cell ->
                new TableCell(
                    cell.row(),
                    cell.column(),
                    cell.rowSpan(),
                    cell.columnSpan(),
                    cell.text(),
                    PAGE,
                    cell.header()))
        .toList();
  }

  private static List<TableCell> sorted(TableGrid grid) {
    return grid.cells().stream()
        .sorted(Comparator.comparingInt(TableCell::row).thenComparingInt(TableCell::column))
        .toList();
  }

  @Test
  void randomTablesEqualASecondImplementation() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/tables/random.json"))) {
      for (JsonNode one : MAPPER.readTree(in)) {
        RandomCase random = RandomCase.of(one);
        if (!one.get(6).isNull()) {
          assertEqual(random.grid(false), grid(one.get(6)), one.toString(), 0.051);
        }
        assertEqual(random.grid(true), grid(one.get(7)), one.toString(), 0.051);
      }
    }
  }

  /** A line of the file: tags as letters, boxes in thousandths, kinds, table, words, blank ones. */
  private record RandomCase(TaggedTable tagged, PageBox table, List<OcrWord> words) {
    static RandomCase of(JsonNode one) {
      List<TableTag> tags =
          one.get(0)
              .textValue()
              .chars()
              .mapToObj(letter -> TableTag.values()["eflux/chs".indexOf(letter)])
              .toList();
      List<PageBox> boxes = new ArrayList<>();
      for (int i = 0; i < one.get(1).size(); i += 4) {
        double[] edges = new double[4];
        for (int k = 0; k < 4; k++) {
          edges[k] = one.get(1).get(i + k).doubleValue() / 1000;
        }
        boxes.add(new PageBox(edges[0], edges[1], edges[2], edges[3]));
      }
      List<Integer> kinds = one.get(2).textValue().chars().mapToObj(kind -> kind - '0').toList();
      List<Integer> blanks = one.get(5).valueStream().map(JsonNode::intValue).toList();
      JsonNode edges = one.get(4);
      List<OcrWord> words =
          IntStream.range(0, edges.size() / 4)
              .mapToObj(
                  i ->
                      new OcrWord(
                          blanks.contains(i) ? " \u00a0\t" : Integer.toString(i),
                          edges.get(4 * i).doubleValue(),
                          edges.get(4 * i + 1).doubleValue(),
                          edges.get(4 * i + 2).doubleValue(),
                          edges.get(4 * i + 3).doubleValue()))
              .toList();
      return new RandomCase(new TaggedTable(tags, boxes, kinds), box(one.get(3)), words);
    }

    TableGrid grid(boolean hasWords) {
      return TableGrid.of(tagged, table, hasWords ? words : null, false);
    }
  }

  private static TableGrid grid(JsonNode known) {
    List<TableCell> cells = new ArrayList<>();
    for (JsonNode cell : known.get(2)) {
      cells.add(
          new TableCell(
              cell.get(0).intValue(),
              cell.get(1).intValue(),
              cell.get(2).intValue(),
              cell.get(3).intValue(),
              cell.get(5).textValue(),
              new PageBox(
                  cell.get(6).doubleValue(),
                  cell.get(7).doubleValue(),
                  cell.get(8).doubleValue(),
                  cell.get(9).doubleValue()),
              switch (cell.get(4).textValue()) {
                case "c" -> TableCell.Header.COLUMN;
                case "r" -> TableCell.Header.ROW;
                case "s" -> TableCell.Header.SECTION;
                default -> null;
              }));
    }
    return new TableGrid(known.get(0).intValue(), known.get(1).intValue(), cells);
  }

  @Test
  void cellsWithoutWordsStayWhereTheyAreAskedFor() {
    TaggedTable tagged = grid("ched ched nl fcel ecel nl ecel ecel nl", 3, 2);
    List<OcrWord> words = List.of(word("head", 5, 5), word("value", 5, 40));

    TableGrid lost = TableGrid.of(tagged, PAGE, words, false);
    TableGrid kept = TableGrid.of(tagged, PAGE, words, true);

    assertThat(lost.rows() + "×" + lost.columns()).isEqualTo("2×1");
    assertThat(lost.cells()).extracting(TableCell::text).containsExactly("head", "value");
    assertThat(kept.rows() + "×" + kept.columns()).isEqualTo("3×2");
    assertThat(kept.cells())
        .extracting(TableCell::text)
        .containsExactly("head", "", "value", "", "", "");
    assertThat(kept.html())
        .isEqualTo(
            "<table><tbody><tr><th>head</th><th></th></tr><tr><td>value</td><td></td></tr>"
                + "<tr><td></td><td></td></tr></tbody></table>");
  }

  @Test
  void htmlHasSpansAndEscapedTexts() {
    TaggedTable tagged =
        new TaggedTable(
            Stream.of("ched lcel nl fcel fcel nl".split(" ")).map(TableGridTest::tag).toList(),
            List.of(
                new PageBox(0, 0, 1, 0.5),
                new PageBox(0, 0.5, 0.5, 1),
                new PageBox(0.5, 0.5, 1, 1)),
            List.of(2, 2, 2));

    TableGrid grid =
        TableGrid.of(
            tagged,
            PAGE,
            List.of(word("<&>", 45, 20), word("1", 10, 70), word("2", 70, 70)),
            false);

    assertThat(grid.html())
        .isEqualTo(
            "<table><tbody><tr><th colspan=\"2\">&lt;&amp;&gt;</th></tr>"
                + "<tr><td>1</td><td>2</td></tr></tbody></table>");
  }

  @Test
  void aPageOfManyWordsTakesNoSeconds() {
    TaggedTable tagged =
        grid("fcel ".repeat(30) + "nl " + ("fcel ".repeat(30) + "nl ").repeat(32), 33, 30);
    List<OcrWord> words =
        IntStream.range(0, TableGrid.MOST_WORDS)
            .mapToObj(i -> word("w", i % 317 * 0.31, Math.floorMod(i * 31, 331) * 0.3))
            .toList();

    TableGrid.check(words);
    TableGrid grid =
        Assertions.assertTimeout(
            Duration.ofSeconds(20), () -> TableGrid.of(tagged, PAGE, words, false));

    assertThat(grid.cells()).hasSize(990);
  }

  @Test
  void wordsThatLieInAllCellsAreRefused() {
    TaggedTable tagged = grid("fcel ".repeat(1000), 1, 1000);
    TaggedTable same =
        new TaggedTable(
            tagged.tags(), Collections.nCopies(1000, new PageBox(0, 0, 1, 1)), tagged.kinds());
    List<OcrWord> words = Collections.nCopies(2000, word("w", 5, 5));

    assertThatThrownBy(() -> TableGrid.of(same, PAGE, words, false))
        .isInstanceOf(InputException.class)
        .hasMessage("words: lie in over 1000000 cells together; give fewer");
  }

  @Test
  void wordsWithoutProperBoxesAreRefused() {
    assertThatThrownBy(() -> TableGrid.check(List.of(word("a", 1, 1), word("b", Double.NaN, 1))))
        .hasMessageStartingWith("words[1].box: is not left, upper, right, lower edge");
    assertThatThrownBy(() -> TableGrid.check(Collections.nCopies(100_001, word("a", 1, 1))))
        .hasMessageStartingWith("words: are 100001, more than the 100000 of a page");
  }

  private static TaggedTable grid(String tags, int rows, int columns) {
    List<PageBox> boxes = new ArrayList<>();
    for (int i = 0; i < rows * columns; i++) {
      double x = i % columns;
      double y = i / columns;
      boxes.add(new PageBox(x / columns, y / rows, (x + 1) / columns, (y + 1) / rows));
    }
    return new TaggedTable(
        Stream.of(tags.split(" ")).map(TableGridTest::tag).toList(),
        boxes,
        Collections.nCopies(boxes.size(), 2));
  }

  private static OcrWord word(String text, double x, double y) {
    return new OcrWord(text, x, y, x + 2, y + 1);
  }

  private static TableTag tag(String label) {
    return TableTag.valueOf(label.toUpperCase(Locale.ROOT));
  }

  private static Stream<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::textValue);
  }

  private static List<PageBox> boxes(JsonNode list) {
    return list.valueStream().map(TableGridTest::box).toList();
  }

  private static PageBox box(JsonNode edges) {
    return new PageBox(
        edges.get(0).doubleValue(),
        edges.get(1).doubleValue(),
        edges.get(2).doubleValue(),
        edges.get(3).doubleValue());
  }
}
