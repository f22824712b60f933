package dev.deed.data.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.InputLine;
import dev.deed.data.OcrJson;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.value.PageBox;
import dev.deed.value.TableCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A line that names a page: {@code table} or {@code tables}, {@code words}, {@code empty_cells},
 * {@code table_grammar}.
 *
 * @param page with its tables and words
 * @param isList whether it has {@code tables}, and the answer a list of them
 * @param options how its tables are read
 */
public record TableLine(Page page, boolean isList, TableOptions options) {
  private static final String ONE = "table";
  private static final String MANY = "tables";
  private static final String WORDS = "words";
  private static final String EMPTY = "empty_cells";
  private static final String GRAMMAR = "table_grammar";

  /** What a line says of tables, which its result does not carry. */
  public static final Set<String> FIELDS = Set.of(ONE, MANY, WORDS, EMPTY, GRAMMAR);

  /**
   * Reads what a line says of tables.
   *
   * @param origin what errors call it
   * @param picture of the page
   * @param options for what the line does not say; its own settings are among them
   * @throws dev.deed.value.InputException when a field cannot be used
   */
  public static TableLine of(String origin, InputLine line, Page picture, TableOptions options) {
    ObjectNode json = GenerationJson.object();
    json.setAll(line.carried());
    Fields fields = new Fields(origin, "", json);
    List<PageBox> boxes = new ArrayList<>();
    JsonNode list = fields.value(MANY);
    JsonNode one = fields.value(ONE);
    if (one != null) {
      boxes.add(box(fields, ONE, one));
    }
    if (list != null) {
      fields.require(
          list.isArray() && !list.isEmpty() && one == null,
          MANY,
          "a list of boxes, beside which no table stands");
      list.forEach(box -> boxes.add(box(fields, MANY, box)));
    }
    Page page = picture.withTables(boxes);
    if (fields.value(WORDS) != null) {
      page = page.withWords(OcrJson.entries(fields, WORDS));
    }
    Boolean empty = fields.flag(EMPTY);
    Boolean grammar = fields.flag(GRAMMAR);
    return new TableLine(
        page,
        list != null,
        new TableOptions(
            options.generation(),
            empty == null ? options.emptyCells() : empty,
            grammar == null ? options.grammar() : grammar));
  }

  private static PageBox box(Fields fields, String key, JsonNode box) {
    fields.require(
        box.size() == 4 && box.isArray() && box.valueStream().allMatch(JsonNode::isNumber),
        key,
        "[x0, y0, x1, y1] in pixels");
    double[] edges = box.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    return new PageBox(edges[0], edges[1], edges[2], edges[3]);
  }

  /**
   * Writes the answer.
   *
   * @param tables in the order of the line's boxes
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
