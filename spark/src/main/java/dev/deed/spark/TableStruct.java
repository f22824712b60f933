package dev.deed.spark;

import dev.deed.Generation;
import dev.deed.table.PageTable;
import dev.deed.value.TableCell;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The tables of a page as Spark has them: the fields of {@code deed tables}. */
final class TableStruct {
  /** Of a page. */
  static final StructType ANSWER =
      StructType.fromDDL(
          "tables array<struct<otsl: array<string>, rows: int, columns: int, cells: array<struct<"
              + "row: int, column: int, row_span: int, column_span: int, text: string,"
              + " box: array<double>, header: string>>, html: string, token_ids: array<int>,"
              + " exit_layers: array<int>, log_prob: double, finish: string>>, error string");

  private TableStruct() {}

  static Row of(List<PageTable> tables) {
    return RowFactory.create(tables.stream().map(TableStruct::table).toArray(), null);
  }

  private static Row table(PageTable table) {
    Generation answer = table.answer();
    return RowFactory.create(
        table.otsl().toArray(),
        table.rows(),
        table.columns(),
        table.cells().stream().map(TableStruct::cell).toArray(),
        table.html(),
        answer.tokenIds().toArray(),
        answer.exitLayers().toArray(),
        RowFormat.logProbability(answer),
        answer.finish().name().toLowerCase(Locale.ROOT));
  }

  private static Row cell(TableCell cell) {
    TableCell.Header header = cell.header();
    return RowFactory.create(
        cell.row(),
        cell.column(),
        cell.rowSpan(),
        cell.columnSpan(),
        cell.text(),
        cell.box().rounded().toArray(),
        header == null ? null : header.name().toLowerCase(Locale.ROOT));
  }
}
