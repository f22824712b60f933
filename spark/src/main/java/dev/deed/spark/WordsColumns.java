package dev.deed.spark;

import dev.deed.Input;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The recognised words of a page: an array of structs with a {@code text} and its box, either
 * {@code box} [x0, y0, x1, y1] or four fields of these names, in pixels; the size of the page in
 * two more columns. Immutable.
 *
 * @param column the array
 * @param text field of a struct
 * @param box field of a struct that holds all corners; −1: each has its own
 * @param corners fields of x0, y0, x1, y1; empty where {@code box} holds them
 * @param width column; −1: the page's picture tells its size
 * @param height column; −1 likewise
 */
record WordsColumns(int column, int text, int box, List<Integer> corners, int width, int height)
    implements Serializable {
  private static final List<String> CORNERS = List.of("x0", "y0", "x1", "y1");
  private static final String PIXELS = "give a column of whole numbers, pixels of the page";
  private static final String TYPES =
      "give an array of structs with text, a string, and box, an array of numbers x0, y0, x1, y1,"
          + " or numbers x0, y0, x1 and y1";

  /**
   * Finds the columns and checks their types; null: no parameter names words.
   *
   * @throws InputException when one is missing or of another type
   */
  static @Nullable WordsColumns of(SchemaCheck check) {
    int column = check.column("wordsCol", WordsColumns::areWords, TYPES);
    if (column < 0) {
      return null;
    }
    StructType word = word(check.type(column));
    boolean sized = !check.names().containsKey("pageCol");
    boolean boxed = has(word, "box", WordsColumns::isBox);
    return new WordsColumns(
        column,
        word.fieldIndex("text"),
        boxed ? word.fieldIndex("box") : -1,
        boxed ? List.of() : CORNERS.stream().map(word::fieldIndex).toList(),
        sized ? check.column("widthCol", IntegralType.class::isInstance, PIXELS) : -1,
        sized ? check.column("heightCol", IntegralType.class::isInstance, PIXELS) : -1);
  }

  private static boolean areWords(DataType type) {
    StructType word = word(type);
    return has(word, "text", DataTypes.StringType::equals)
        && (has(word, "box", WordsColumns::isBox)
            || CORNERS.stream()
                .allMatch(corner -> has(word, corner, NumericType.class::isInstance)));
  }

  private static StructType word(DataType type) {
    return type instanceof ArrayType words && words.elementType() instanceof StructType word
        ? word
        : new StructType();
  }

  static boolean isBox(DataType type) {
    return type instanceof ArrayType edges && edges.elementType() instanceof NumericType;
  }

  static boolean has(StructType struct, String field, Predicate<DataType> suits) {
    return List.of(struct.fieldNames()).contains(field)
        && suits.test(struct.apply(field).dataType());
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
    List<@Nullable Number> stated;
    if (box < 0) {
      stated = corners.stream().<@Nullable Number>map(word::getAs).toList();
    } else {
      stated = word.isNullAt(box) ? List.of() : word.getList(box);
    }
    double[] edges = edges(stated);
    if (edges == null) {
      throw broken;
    }
    return new OcrWord(word.getString(text), edges[0], edges[1], edges[2], edges[3]);
  }

  /** The edges of a box; null where they are not four numbers. */
  static double @Nullable [] edges(List<@Nullable Number> stated) {
    return stated.size() != CORNERS.size() || stated.contains(null)
        ? null
        : stated.stream().mapToDouble(Number::doubleValue).toArray();
  }

  private static void requireThere(Row row, int column, String what) {
    InputException.require(!row.isNullAt(column), what, "is null", "give it for each row");
  }
}
