package dev.deed.spark;

import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Checks of a schema on the driver, before any job. Errors are {@link IllegalArgumentException}, as
 * Spark's own transformers throw it and PySpark shows it, with the line {@code WHAT: WHY; WHAT TO
 * DO}.
 */
record SchemaCheck(StructType schema) {
  void require(boolean holds, String what, String why, String whatToDo) {
    if (!holds) {
      throw new IllegalArgumentException(what + ": " + why + "; " + whatToDo);
    }
  }

  /** The place of a column that a parameter names. */
  int index(String parameter, String name) {
    List<String> names = List.of(schema.fieldNames());
    require(
        names.contains(name),
        parameter,
        "there is no column " + name,
        "choose among " + String.join(", ", names));
    return schema.fieldIndex(name);
  }

  DataType type(int column) {
    return schema.fields()[column].dataType();
  }

  void requireType(boolean holds, String parameter, int column, String whatToDo) {
    require(
        holds,
        parameter,
        "column " + schema.fieldNames()[column] + " is of the type " + type(column).simpleString(),
        whatToDo);
  }
}
