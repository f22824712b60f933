package dev.deed.spark;

import dev.deed.value.InputException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Checks of a schema on the driver, before any job.
 *
 * @param names of columns by the parameter that names them, such as {@code imageCol}
 */
record SchemaCheck(StructType schema, Map<String, String> names) {
  /**
   * The place of the column that a parameter names; −1: it names none.
   *
   * @throws InputException when there is no such column, or its type does not suit
   */
  int column(String parameter, Predicate<DataType> suits, String whatToDo) {
    String name = names.get(parameter);
    if (name == null) {
      return -1;
    }
    List<String> all = List.of(schema.fieldNames());
    InputException.require(
        all.contains(name),
        parameter,
        "there is no column " + name,
        "choose among " + String.join(", ", all));
    int column = schema.fieldIndex(name);
    InputException.require(
        suits.test(type(column)),
        parameter,
        "column " + name + " is of the type " + type(column).simpleString(),
        whatToDo);
    return column;
  }

  DataType type(int column) {
    return schema.fields()[column].dataType();
  }
}
