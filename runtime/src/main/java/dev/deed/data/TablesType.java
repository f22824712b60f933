package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.PageBox;
import dev.deed.value.SettingType;
import dev.deed.value.TableCell;
import dev.deed.value.TaskSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the tables of pages. */
public final class TablesType extends TaskType {
  private static final String MANY = "tables";
  private static final String WORDS = "words";
  private static final Set<String> FIELDS =
      Set.of(InputLine.IMAGE, "table", MANY, WORDS, "empty_cells", "table_grammar");

  /**
   * What is asked of a page.
   *
   * @param boxes where its tables stand; none: it is one
   */
  private record Request(List<PageBox> boxes, TableOptions options) {}

  private static final List<TaskSetting<Request, ?>> SETTINGS =
      List.of(
          new TaskSetting<>(
              "table",
              new SettingType.Boxes(Page.MOST_TABLES),
              "Where a table stands in the picture; may be given again (default: the whole picture"
                  + " is one).",
              (request, boxes) -> new Request(boxes, request.options)),
          new TaskSetting<>(
              "empty_cells",
              new SettingType.Flag(),
              "Keep what Docling loses: cells without words, with their rows and columns, and the"
                  + " last tag at the limit (default: not).",
              (request, stay) -> new Request(request.boxes, request.options.withEmptyCells(stay))),
          new TaskSetting<>(
              "table_grammar",
              new SettingType.Flag(),
              "Hold tags to tables whose rows are as long as the first, whose spans are closed, and"
                  + " that end behind two rows of empty cells (default: as the folder says).",
              (request, holds) -> new Request(request.boxes, request.options.withGrammar(holds))));

  public TablesType() {
    super(
        MANY,
        "Reads tables of pages: rows, columns, cells with spans and texts (TableFormer).",
        Set.of("otsl", MANY),
        SETTINGS,
        FIELDS);
  }

  @Override
  public boolean isFor(EncoderDecoderModel model) {
    return TableReader.isFor(model);
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path(MANY).isArray() || line.path("otsl").isArray();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    TableReader reader = TableReader.of(model, asker);
    Request usual =
        TaskSetting.apply(
            SETTINGS, new Request(List.of(), TableOptions.defaults()), options.settings());
    Task task = line -> begin(reader, line, usual, options);
    return task.withFields(FIELDS);
  }

  private static Task.UnderWay begin(
      TableReader reader, InputLine line, Request usual, LineOptions options) {
    Page picture =
        Task.media(line, InputLine.IMAGE, "give the picture of a page").as(Page::of, Page::of);
    Fields fields = line.carriedFields();
    Request request = line.apply(SETTINGS, usual);
    JsonNode list = fields.value(MANY);
    List<PageBox> boxes = list == null ? request.boxes : boxes(fields, list);
    Page page = picture.withTables(boxes);
    if (fields.value(WORDS) != null) {
      page = page.withWords(OcrJson.entries(fields, WORDS));
    }
    // A list of none too: all rows of a table have the same form then.
    boolean isList = line.carried().containsKey(MANY) || boxes.size() > 1;
    return Task.UnderWay.of(
        reader.begin(page, request.options.withGeneration(options.of(line).options())),
        tables -> new Result(line, tables, isList));
  }

  private static List<PageBox> boxes(Fields fields, JsonNode list) {
    fields.require(
        list.isArray() && !list.isEmpty() && fields.value("table") == null,
        MANY,
        "a list of boxes, beside which no table stands");
    List<PageBox> boxes = new ArrayList<>();
    for (JsonNode box : list) {
      fields.require(
          box.size() == 4 && box.isArray() && box.valueStream().allMatch(JsonNode::isNumber),
          MANY,
          "[x0, y0, x1, y1] in pixels");
      double[] edges = box.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
      boxes.add(new PageBox(edges[0], edges[1], edges[2], edges[3]));
    }
    return boxes;
  }

  private record Result(ParsedLine line, List<PageTable> tables, boolean isList)
      implements LineResult {
    @Override
    public String text() {
      return tables.stream().map(PageTable::html).collect(Collectors.joining("\n"));
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      TablesType.write(tables, isList, out);
    }

    @Override
    public List<Generation> answers() {
      return tables.stream().map(PageTable::answer).toList();
    }

    @Override
    public Set<String> taken() {
      return FIELDS;
    }
  }

  /**
   * Writes the tables of a page.
   *
   * @param tables in the order of the boxes
   * @param isList whether the answer is a list, though there be one table
   */
  public static void write(List<PageTable> tables, boolean isList, ObjectNode out) {
    if (!isList) {
      write(tables.getFirst(), out);
      return;
    }
    ArrayNode list = out.putArray(MANY);
    tables.forEach(table -> write(table, list.addObject()));
  }

  private static void write(PageTable table, ObjectNode out) {
    table.otsl().forEach(out.putArray("otsl")::add);
    out.put("rows", table.rows()).put("columns", table.columns());
    ArrayNode cells = out.putArray("cells");
    for (TableCell cell : table.cells()) {
      ObjectNode node =
          cells
              .addObject()
              .put("row", cell.row())
              .put("column", cell.column())
              .put("row_span", cell.rowSpan())
              .put("column_span", cell.columnSpan())
              .put("text", cell.text());
      cell.box().rounded().forEach(node.putArray("box")::add);
      TableCell.Header header = cell.header();
      node.put("header", header == null ? null : header.name().toLowerCase(Locale.ROOT));
    }
    out.put("html", table.html());
    GenerationJson.write(table.answer(), false, out);
    out.remove("text"); // Tags have none.
  }
}
