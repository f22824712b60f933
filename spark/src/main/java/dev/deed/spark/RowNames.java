package dev.deed.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How errors name a row: by its place and by what columns tell that the model does not read. A
 * column {@code path}, of the row or of the file's struct, says it alone. Immutable.
 *
 * @param columns columns that tell rows apart
 * @param picture column of the struct that they are fields of; −1: they are the row's own
 */
record RowNames(List<Column> columns, int picture) implements Serializable {
  private static final String PATH = "path";
  private static final int MOST = 2;
  private static final int LONGEST = 200;

  record Column(int index, String name) implements Serializable {}

  static RowNames of(StructType schema, InputColumns columns, Collection<String> read) {
    List<Column> telling = new ArrayList<>();
    StructField[] fields = schema.fields();
    for (int i = 0; i < fields.length; i++) {
      if (tells(fields[i].dataType()) && !read.contains(fields[i].name())) {
        Column column = new Column(i, fields[i].name());
        if (column.name.equals(PATH)) {
          return new RowNames(List.of(column), -1);
        }
        telling.add(column);
      }
    }
    InputColumns.FileColumn picture = columns.file();
    if (picture != null
        && fields[picture.column()].dataType() instanceof StructType struct
        && List.of(struct.fieldNames()).contains(PATH)) {
      return new RowNames(List.of(new Column(struct.fieldIndex(PATH), PATH)), picture.column());
    }
    return new RowNames(List.copyOf(telling.subList(0, Math.min(MOST, telling.size()))), -1);
  }

  private static boolean tells(DataType type) {
    return type.equals(DataTypes.StringType) || type instanceof IntegralType;
  }

  /** The name of a row; its number within its partition counts from 0. */
  String name(Row row, long number, int partition) {
    StringBuilder name = new StringBuilder("row " + number + " of partition " + partition);
    String before = " (";
    Row holder = picture < 0 ? row : row.getStruct(picture);
    for (Column column : columns) {
      String value = holder == null ? "null" : String.valueOf(holder.get(column.index));
      int over = Math.max(0, value.length() - LONGEST);
      name.append(before).append(column.name).append(' ');
      name.append(over > 0 ? "…" : "").append(value.substring(over));
      before = ", ";
    }
    return columns.isEmpty() ? name.toString() : name.append(')').toString();
  }
}
