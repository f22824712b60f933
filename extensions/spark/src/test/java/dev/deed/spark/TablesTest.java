package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages in a column, whose tables a tiny TableFormer reads. */
class TablesTest {
  private static final Path TINY =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/table-former/tiny")
          .toAbsolutePath()
          .normalize();
  private static final String BOXES = "array(array(3.5d, 6.2d, 52.5d, 70.5d), array(0, 0, 30, 40))";
  private static final String WORD =
      "array(named_struct('text', 'Total', 'box', array(20, 30, 25, 35)))";

  @TempDir Path pages = Path.of("");

  private static DeedTransformer reader() {
    return new DeedTransformer()
        .setModel(TINY.resolve("model").toString())
        .setImageCol("content")
        .setInput("tables", "boxes")
        .setInput("words", "words")
        .setHandleInvalid("keep");
  }

  /** A page as often as there are values of its two columns. */
  private Dataset<Row> pages(String... boxesAndWords) throws Exception {
    byte[] picture = Files.readAllBytes(TINY.resolve("page.png"));
    for (int i = 0; i < boxesAndWords.length / 2; i++) {
      Files.write(pages.resolve(i + ".png"), picture);
    }
    Dataset<Row> files =
        LocalSpark.session().read().format("binaryFile").load(pages.toString()).orderBy("path");
    String boxes = "cast(null as array<array<double>>)";
    String words = "cast(null as array<struct<text: string, box: array<int>>>)";
    for (int i = 0; i < boxesAndWords.length; i += 2) {
      String here = "path like '%%/%d.png'".formatted(i / 2);
      boxes = "if(%s, %s, %s)".formatted(here, boxesAndWords[i], boxes);
      words = "if(%s, %s, %s)".formatted(here, boxesAndWords[i + 1], words);
    }
    return files
        .selectExpr("path", "content", boxes + " as boxes", words + " as words")
        .coalesce(1);
  }

  private static List<PageTable> alone(Page page, TableOptions options) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(TINY.resolve("model"), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
      return TableReader.of(engine).read(page, options);
    }
  }

  private static void assertSame(Row answer, List<PageTable> truth) throws Exception {
    JsonNode json = new ObjectMapper().readTree(answer.<String>getAs("json"));
    assertThat(answer.<String>getAs("error")).isNull();
    assertThat(answer.<String>getAs("text")).isNull();
    assertThat(json.get("tables")).hasSize(truth.size());
    for (int i = 0; i < truth.size(); i++) {
      JsonNode table = json.get("tables").get(i);
      PageTable known = truth.get(i);
      assertThat(table.get("otsl").valueStream().map(JsonNode::textValue)).isEqualTo(known.otsl());
      assertThat(table.get("rows").intValue()).isEqualTo(known.rows());
      assertThat(table.get("columns").intValue()).isEqualTo(known.columns());
      assertThat(table.get("cells").valueStream().map(TablesTest::cell).toList())
          .isEqualTo(known.cells().stream().map(TablesTest::rounded).toList());
      assertThat(table.get("html").textValue()).isEqualTo(known.html());
      assertThat(table.get("token_ids").valueStream().map(JsonNode::intValue))
          .isEqualTo(known.answer().tokenIds());
      assertThat(table.get("exit_layers").valueStream().map(JsonNode::intValue))
          .isEqualTo(known.answer().exitLayers());
      assertThat(table.get("log_probs").valueStream().map(JsonNode::doubleValue))
          .isEqualTo(known.answer().logProbabilities());
      assertThat(table.get("finish").textValue())
          .isEqualTo(known.answer().finish().name().toLowerCase(Locale.ROOT));
    }
  }

  private static TableCell cell(JsonNode cell) {
    JsonNode header = cell.get("header");
    return new TableCell(
        cell.get("row").intValue(),
        cell.get("column").intValue(),
        cell.get("row_span").intValue(),
        cell.get("column_span").intValue(),
        cell.get("text").textValue(),
        box(cell.get("box").valueStream().map(JsonNode::doubleValue).toList()),
        header == null || header.isNull()
            ? null
            : TableCell.Header.valueOf(header.textValue().toUpperCase(Locale.ROOT)));
  }

  private static TableCell rounded(TableCell cell) {
    return new TableCell(
        cell.row(),
        cell.column(),
        cell.rowSpan(),
        cell.columnSpan(),
        cell.text(),
        box(cell.box().rounded()),
        cell.header());
  }

  private static PageBox box(List<Double> edges) {
    return new PageBox(edges.get(0), edges.get(1), edges.get(2), edges.get(3));
  }

  @Test
  void areThoseOfTheReaderAlone() throws Exception {
    Files.writeString(pages.resolve("9-broken.png"), "no picture");
    Dataset<Row> asked = pages(BOXES, WORD, "null", "null", "null", WORD, "null", "array()");
    DeedTransformer reader = reader();

    List<Row> rows = reader.transform(asked).select("answer").collectAsList();

    Page page = Page.of(TINY.resolve("page.png"));
    Page boxed =
        page.withTables(List.of(new PageBox(3.5, 6.2, 52.5, 70.5), new PageBox(0, 0, 30, 40)));
    List<OcrWord> words = List.of(new OcrWord("Total", 20, 30, 25, 35));
    TableOptions options = TableOptions.defaults();
    assertSame(rows.get(0).getStruct(0), alone(boxed.withWords(words), options));
    assertSame(rows.get(1).getStruct(0), alone(page, options));
    assertSame(rows.get(2).getStruct(0), alone(page.withWords(words), options));
    assertSame(rows.get(3).getStruct(0), alone(page.withWords(List.of()), options));
    assertThat(rows.get(4).getStruct(0).isNullAt(0)).isTrue();
    assertThat(rows.get(4).getStruct(0).<String>getAs("error")).startsWith("image");
    assertThat(reader.counts())
        .containsEntry("rows_answered", 4L)
        .containsEntry("rows_invalid", 1L);
  }

  @Test
  void settingsReachTheReader() throws Exception {
    Dataset<Row> asked = pages(BOXES, WORD);
    Page page =
        Page.of(TINY.resolve("page.png"))
            .withTables(List.of(new PageBox(3.5, 6.2, 52.5, 70.5), new PageBox(0, 0, 30, 40)))
            .withWords(List.of(new OcrWord("Total", 20, 30, 25, 35)));
    TableOptions plain = TableOptions.defaults();
    TableOptions few = plain.withGeneration(plain.generation().withMaxNewTokens(7));

    assertSame(first(reader().setOptions("{\"max_new_tokens\": 7}"), asked), alone(page, few));
    assertSame(
        first(reader().setOptions("{\"max_new_tokens\": 7, \"empty_cells\": true}"), asked),
        alone(page, few.withEmptyCells(true)));
    assertSame(
        first(reader().setOptions("{\"table_grammar\": true}"), asked),
        alone(page, plain.withGrammar(true)));
    assertThat(alone(page, few.withEmptyCells(true))).isNotEqualTo(alone(page, few));
    assertThat(tags(alone(page, plain.withGrammar(true)))).isNotEqualTo(tags(alone(page, plain)));
  }

  private static List<List<String>> tags(List<PageTable> tables) {
    return tables.stream().map(PageTable::otsl).toList();
  }

  private static Row first(DeedTransformer reader, Dataset<Row> asked) {
    return reader.transform(asked).select("answer").first().getStruct(0);
  }

  @Test
  void aBoxThatIsNoneIsAnInvalidRow() throws Exception {
    List<Row> rows =
        reader()
            .transform(
                pages(
                    "array(array(1, 2, 3))",
                    "null",
                    "array(array(1, 2, 3, null))",
                    "null",
                    "array(cast(null as array<double>))",
                    "null",
                    "array()",
                    "null",
                    "array(array(5, 5, 1, 1))",
                    "null",
                    "array(array(900, 900, 950, 950))",
                    "null"))
            .select("answer.error")
            .collectAsList();

    for (Row row : rows.subList(0, 3)) {
      assertThat(row.getString(0))
          .startsWith("row, field tables: is not [x0, y0, x1, y1] in pixels; ");
    }
    assertThat(rows.get(3).getString(0)).startsWith("row, field tables: is not a list of boxes");
    assertThat(rows.get(4).getString(0)).contains("table").contains("x0 < x1");
    assertThat(rows.get(5).getString(0)).contains("of which nothing lies on the picture");
  }

  @Test
  void columnsThatDoNotGoTogetherAreRefused() throws Exception {
    Dataset<Row> asked = pages("null", "null");

    assertThatThrownBy(() -> reader().setPromptCol("path").transform(asked))
        .hasMessageStartingWith("inputs image, prompt, tables, words: are not read together; ");
    assertThat(
            reader()
                .setInput("tables", "path")
                .transform(asked)
                .select("answer.error")
                .first()
                .getString(0))
        .startsWith("row, field tables: is not a list of boxes");
    assertThatThrownBy(
            () ->
                new DeedTransformer()
                    .setModel(TINY.resolve("model").toString())
                    .setInput("prompt", "path")
                    .transform(asked)
                    .count())
        .rootCause()
        .hasMessageStartingWith("input prompt: is not read by this model, TableFormer; ");
    assertThatThrownBy(
            () -> reader().setModel(LocalSpark.model().toString()).transform(asked).count())
        .rootCause()
        .hasMessageContaining("is not read by this model");
    assertThatThrownBy(
            () ->
                reader()
                    .setOptions("{\"structured_outputs\": {\"regex\": \"[0-9]+\"}}")
                    .transform(asked)
                    .count())
        .rootCause()
        .isInstanceOf(InputException.class);
  }
}
