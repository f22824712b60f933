package dev.deed.spark;

import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Rows as they come, and as they go with their answer in a last column. Errors name a row by its
 * place and by what columns tell that the model does not read; a column {@code path}, of the row or
 * of the file's struct, says it alone. Immutable.
 *
 * @param columns what the model reads
 * @param telling columns that tell rows apart
 * @param holder column of the struct that they are fields of; −1: they are the row's own
 */
record RowFormat(LineColumns columns, List<Telling> telling, int holder) implements Serializable {
  static final StructType ANSWER =
      StructType.fromDDL(
          "text string, token_ids array<int>, exit_layers array<int>, log_prob double,"
              + " finish string, error string, json string");

  private static final String PATH = "path";
  private static final int MOST_TELLING = 2;
  private static final int LONGEST = 200;

  record Telling(int index, String name) implements Serializable {}

  /**
   * Checks the columns that come.
   *
   * @param names of columns by the field of a line that they are
   * @throws InputException when one is missing or of another type
   */
  static RowFormat of(StructType schema, Map<String, String> names) {
    LineColumns columns = LineColumns.of(schema, names);
    List<Telling> telling = new ArrayList<>();
    StructField[] fields = schema.fields();
    for (int i = 0; i < fields.length; i++) {
      if (tells(fields[i].dataType()) && !names.containsValue(fields[i].name())) {
        Telling column = new Telling(i, fields[i].name());
        if (column.name.equals(PATH)) {
          return new RowFormat(columns, List.of(column), -1);
        }
        telling.add(column);
      }
    }
    LineColumns.Column file = columns.file();
    if (file != null
        && fields[file.index()].dataType() instanceof StructType struct
        && List.of(struct.fieldNames()).contains(PATH)) {
      return new RowFormat(
          columns, List.of(new Telling(struct.fieldIndex(PATH), PATH)), file.index());
    }
    int kept = Math.min(MOST_TELLING, telling.size());
    return new RowFormat(columns, List.copyOf(telling.subList(0, kept)), -1);
  }

  private static boolean tells(DataType type) {
    return type.equals(DataTypes.StringType) || type instanceof IntegralType;
  }

  /** The name of a row; its number within its partition counts from 0. */
  String name(Row row, long number, int partition) {
    StringBuilder name = new StringBuilder("row " + number + " of partition " + partition);
    String before = " (";
    Row struct = holder < 0 ? row : row.getStruct(holder);
    for (Telling column : telling) {
      String value = struct == null ? "null" : String.valueOf(struct.get(column.index));
      int over = Math.max(0, value.length() - LONGEST);
      name.append(before).append(column.name).append(' ');
      name.append(over > 0 ? "…" : "").append(value.substring(over));
      before = ", ";
    }
    return telling.isEmpty() ? name.toString() : name.append(')').toString();
  }

  /**
   * The schema with the answers.
   *
   * @throws InputException when there is such a column
   */
  static StructType with(StructType schema, String output) {
    InputException.require(
        !List.of(schema.fieldNames()).contains(output),
        "outputCol",
        "there is a column " + output,
        "choose another name");
    return schema.add(output, ANSWER);
  }

  /** A row with the answer that there is none. */
  static Row with(Row row, InputException error) {
    return with(row, RowFactory.create(null, null, null, null, null, error.getMessage(), null));
  }

  static Row with(Row row, Row answer) {
    @Nullable Object[] values = new @Nullable Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = answer;
    return RowFactory.create(values);
  }
}
