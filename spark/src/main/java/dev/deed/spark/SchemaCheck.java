package dev.deed.spark;

import dev.deed.value.InputException;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Checks of a schema on the driver, before any job. */
record SchemaCheck(StructType schema) {
  /** The place of a column that a parameter names. */
  int index(String parameter, String name) {
    List<String> names = List.of(schema.fieldNames());
    InputException.require(
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
    InputException.require(
        holds,
        parameter,
        "column " + schema.fieldNames()[column] + " is of the type " + type(column).simpleString(),
        whatToDo);
  }
}
