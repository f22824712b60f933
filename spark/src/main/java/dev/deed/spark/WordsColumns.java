package dev.deed.spark;

import dev.deed.Input;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * The recognised words of a page: an array of structs with a {@code text} and its box, either
 * {@code box} [x0, y0, x1, y1] or four fields of these names, in pixels; the size of the page in
 * two more columns. Immutable.
 *
 * @param column the array
 * @param text field of a struct
 * @param box field of a struct that holds all corners; −1: each has its own
 * @param corners fields of x0, y0, x1, y1; empty where {@code box} holds them
 * @param width column
 * @param height column
 */
record WordsColumns(int column, int text, int box, List<Integer> corners, int width, int height)
    implements Serializable {
  private static final List<String> CORNERS = List.of("x0", "y0", "x1", "y1");
  private static final String TYPES =
      "give an array of structs with text, a string, and box, an array of numbers x0, y0, x1, y1,"
          + " or numbers x0, y0, x1 and y1";

  /**
   * Finds the columns and checks their types.
   *
   * @throws InputException when one is missing or of another type
   */
  static WordsColumns of(SchemaCheck check, InputColumns.Names names) {
    int column = check.index("wordsCol", Objects.requireNonNull(names.words()));
    StructType word =
        check.type(column) instanceof ArrayType array
                && array.elementType() instanceof StructType struct
            ? struct
            : new StructType();
    List<String> fields = List.of(word.fieldNames());
    boolean boxed =
        fields.contains("box")
            && word.apply("box").dataType() instanceof ArrayType edges
            && edges.elementType() instanceof NumericType;
    boolean cornered =
        fields.containsAll(CORNERS)
            && CORNERS.stream()
                .allMatch(corner -> word.apply(corner).dataType() instanceof NumericType);
    check.requireType(
        fields.contains("text")
            && word.apply("text").dataType().equals(DataTypes.StringType)
            && (boxed || cornered),
        "wordsCol",
        column,
        TYPES);
    return new WordsColumns(
        column,
        word.fieldIndex("text"),
        boxed ? word.fieldIndex("box") : -1,
        boxed ? List.of() : CORNERS.stream().map(word::fieldIndex).toList(),
        size(check, "widthCol", names.width()),
        size(check, "heightCol", names.height()));
  }

  private static int size(SchemaCheck check, String parameter, String name) {
    int column = check.index(parameter, name);
    check.requireType(
        check.type(column) instanceof IntegralType,
        parameter,
        column,
        "give a column of whole numbers, pixels of the page");
    return column;
  }

  /**
   * The same input with the words of a row.
   *
   * @throws InputException when something of them is null, or a box has not four numbers
   */
  Input addTo(Input input, Row row) {
    requireThere(row, width, "width of the page");
    requireThere(row, height, "height of the page");
    return input.withWords(words(row), pixels(row, width), pixels(row, height));
  }

  List<OcrWord> words(Row row) {
    requireThere(row, column, "words");
    List<OcrWord> words = new ArrayList<>();
    for (Row word : row.<Row>getList(column)) {
      words.add(word(word, words.size()));
    }
    return words;
  }

  private static int pixels(Row row, int column) {
    return (int) Math.clamp(row.<Number>getAs(column).longValue(), 0, Integer.MAX_VALUE);
  }

  private OcrWord word(Row word, int place) {
    String name = "word " + place;
    InputException broken =
        new InputException(name, "lacks its text or its box", "give a text and four numbers");
    if (word == null || word.isNullAt(text)) {
      throw broken;
    }
    double[] edges;
    if (box < 0) {
      if (corners.stream().anyMatch(word::isNullAt)) {
        throw broken;
      }
      edges = corners.stream().<Number>map(word::getAs).mapToDouble(Number::doubleValue).toArray();
    } else {
      List<Number> stated = word.isNullAt(box) ? List.of() : word.getList(box);
      if (stated.size() != CORNERS.size() || stated.contains(null)) {
        throw broken;
      }
      edges = stated.stream().mapToDouble(Number::doubleValue).toArray();
    }
    return new OcrWord(word.getString(text), edges[0], edges[1], edges[2], edges[3]);
  }

  private static void requireThere(Row row, int column, String what) {
    InputException.require(!row.isNullAt(column), what, "is null", "give it for each row");
  }
}
