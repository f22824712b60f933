package dev.deed.spark;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/** The columns of a row that are fields of a line of the data format. Immutable. */
record LineColumns(List<Column> columns) implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CONTENT = "content";

  /**
   * A column.
   *
   * @param field of the line
   * @param index of the column
   * @param content field of the bytes in a struct; −1: the column itself
   */
  record Column(String field, int index, int content) implements Serializable {
    boolean isFile() {
      return LineFields.FILES.contains(field);
    }

    /**
     * The bytes of a file.
     *
     * @throws InputException when the row holds none
     */
    byte[] file(Row row) {
      Row holder = content < 0 ? row : row.getStruct(index);
      int place = content < 0 ? index : content;
      if (holder == null || holder.isNullAt(place)) {
        throw new InputException(field, "is null", "give the bytes of a file");
      }
      return holder.getAs(place);
    }
  }

  /**
   * Finds the columns and checks their types.
   *
   * @param names of columns by the field that they are
   * @throws InputException when a field is unknown, or a column is missing or of another type
   */
  static LineColumns of(StructType schema, Map<String, String> names) {
    InputException.require(
        !names.isEmpty(),
        "inputs",
        "none is set",
        "name a column by setImageCol, setPromptCol or setInput(FIELD, COLUMN)");
    LineFields.requireTogether(names.keySet());
    List<Column> columns = new ArrayList<>();
    names.forEach((field, name) -> columns.add(column(schema, field, name)));
    return new LineColumns(List.copyOf(columns));
  }

  private static Column column(StructType schema, String field, String name) {
    List<String> all = List.of(schema.fieldNames());
    InputException.require(
        all.contains(name),
        field,
        "there is no column " + name,
        "choose among " + String.join(", ", all));
    int index = schema.fieldIndex(name);
    DataType type = schema.fields()[index].dataType();
    Column column = new Column(field, index, contentOf(type));
    boolean isBytes = column.content >= 0 || type.equals(DataTypes.BinaryType);
    boolean isText = type instanceof StringType;
    String what =
        column.isFile()
            ? "a column of bytes, such as content of the format binaryFile, or a struct with such a"
                + " field content"
            : LineFields.isText(field)
                ? "a column of strings"
                : "a column of truth values, numbers, strings, or arrays, structs and maps of them";
    InputException.require(
        column.isFile() ? isBytes : LineFields.isText(field) ? isText : isJson(type),
        field,
        "column " + name + " is of the type " + type.simpleString(),
        "give " + what);
    return column;
  }

  /** The field of the bytes in a struct; −1: it is none, or has none. */
  private static int contentOf(DataType type) {
    return type instanceof StructType struct
            && List.of(struct.fieldNames()).contains(CONTENT)
            && struct.apply(CONTENT).dataType().equals(DataTypes.BinaryType)
        ? struct.fieldIndex(CONTENT)
        : -1;
  }

  private static boolean isJson(DataType type) {
    return switch (type) {
      case StringType _, BooleanType _, NumericType _ -> true;
      case ArrayType array -> isJson(array.elementType());
      case MapType map -> map.keyType() instanceof StringType && isJson(map.valueType());
      case StructType struct ->
          Arrays.stream(struct.fields()).allMatch(field -> isJson(field.dataType()));
      default -> false;
    };
  }

  List<String> fields() {
    return columns.stream().map(Column::field).toList();
  }

  /** That of the picture or the sound; null: rows hold no file. */
  @Nullable Column file() {
    return columns.stream().filter(Column::isFile).findFirst().orElse(null);
  }

  /** The cells of a row that are no files, as a line. */
  ObjectNode line(Row row) {
    ObjectNode line = MAPPER.createObjectNode();
    for (Column column : columns) {
      if (!column.isFile()) {
        line.set(column.field, MAPPER.valueToTree(plain(row.get(column.index))));
      }
    }
    return line;
  }

  /** Spark's values as those of Java. */
  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Seq<?> list -> asJava(list).stream().map(LineColumns::plain).toList();
      case scala.collection.Map<?, ?> map -> {
        Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
        asJava(map).forEach((key, each) -> plain.put(key, plain(each)));
        yield plain;
      }
      case Row struct -> {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        for (String field : struct.schema().fieldNames()) {
          plain.put(field, plain(struct.getAs(field)));
        }
        yield plain;
      }
      case null, default -> value;
    };
  }
}
