package dev.deed.spark;

import static scala.jdk.javaapi.CollectionConverters.asJava;

import dev.deed.Input;
import dev.deed.speech.Recording;
import dev.deed.table.Page;
import dev.deed.value.InputException;
import dev.deed.value.PageBox;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/**
 * Where a row holds what the model reads. Immutable.
 *
 * @param picture null: rows hold none
 * @param sound null: rows hold none; where there is one, nothing else is read
 * @param page whose tables are read, with {@code tables} and {@code words} alone; null: rows hold
 *     none
 * @param prompt column of the text; −1: rows hold none
 * @param words null: rows hold none
 * @param tables column of boxes of a page's tables; −1: each page is one table
 * @param prediction column of the text that the answer is expected to be; −1: rows hold none
 */
record InputColumns(
    @Nullable FileColumn picture,
    @Nullable FileColumn sound,
    @Nullable FileColumn page,
    int prompt,
    @Nullable WordsColumns words,
    int tables,
    int prediction)
    implements Serializable {
  private static final List<String> READ =
      List.of("imageCol", "audioCol", "pageCol", "promptCol", "wordsCol");
  private static final String CONTENT = "content";
  private static final String TEXTS = "give a column of strings";

  /**
   * A picture or sound file.
   *
   * @param content field of the bytes in a struct; −1: the column itself
   */
  record FileColumn(int column, int content) implements Serializable {
    byte @Nullable [] of(Row row) {
      Row held = content < 0 ? row : row.getStruct(column);
      int field = content < 0 ? column : content;
      return held == null || held.isNullAt(field) ? null : held.<byte[]>getAs(field);
    }
  }

  /**
   * Finds the columns and checks their types.
   *
   * @param names of columns by the parameter that names them, such as {@code imageCol}
   * @throws InputException when one is missing or of another type
   */
  static InputColumns of(StructType schema, Map<String, String> names) {
    Set<String> set = names.keySet();
    InputException.require(
        set.stream().anyMatch(READ::contains),
        String.join(", ", READ),
        "none is set",
        "set the columns that the model reads");
    exclude(set, "audioCol", "imageCol", "pageCol", "promptCol", "wordsCol", "predictionCol");
    exclude(set, "pageCol", "imageCol", "promptCol", "predictionCol");
    InputException.require(
        !set.contains("tablesCol") || set.contains("pageCol"),
        "tablesCol",
        "has no pageCol",
        "set the column of the pages");
    SchemaCheck check = new SchemaCheck(schema, names);
    return new InputColumns(
        file(check, "imageCol"),
        file(check, "audioCol"),
        file(check, "pageCol"),
        check.column("promptCol", DataTypes.StringType::equals, TEXTS),
        WordsColumns.of(check),
        check.column(
            "tablesCol",
            type -> type instanceof ArrayType all && WordsColumns.isBox(all.elementType()),
            "give an array of boxes, each an array of numbers x0, y0, x1, y1"),
        check.column("predictionCol", DataTypes.StringType::equals, TEXTS));
  }

  /** That of the picture, the sound or the page; null: rows hold no file. */
  @Nullable FileColumn file() {
    return Stream.of(picture, sound, page).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static void exclude(Set<String> set, String one, String... others) {
    InputException.require(
        !set.contains(one) || Collections.disjoint(set, List.of(others)),
        one,
        "excludes " + String.join(", ", others),
        "leave them out");
  }

  private static @Nullable FileColumn file(SchemaCheck check, String parameter) {
    int column =
        check.column(
            parameter,
            type -> type.equals(DataTypes.BinaryType) || contentOf(type) >= 0,
            "give a column of bytes, such as content of the format binaryFile, or a struct with"
                + " such a field content");
    return column < 0 ? null : new FileColumn(column, contentOf(check.type(column)));
  }

  /** The field of the bytes in a struct; −1: it is none, or has none. */
  private static int contentOf(DataType type) {
    return type instanceof StructType struct
            && WordsColumns.has(struct, CONTENT, DataTypes.BinaryType::equals)
        ? struct.fieldIndex(CONTENT)
        : -1;
  }

  /**
   * The page that a row holds, with its tables and words.
   *
   * @throws InputException when the row holds none, or a box has not four numbers
   */
  Page page(Row row) {
    Page read = Page.of(file(row, "picture"));
    if (tables >= 0 && !row.isNullAt(tables)) {
      List<PageBox> boxes = new ArrayList<>();
      for (Seq<@Nullable Number> stated : row.<Seq<@Nullable Number>>getList(tables)) {
        double[] edges = stated == null ? null : WordsColumns.edges(asJava(stated));
        if (edges == null) {
          throw new InputException(
              "table " + boxes.size(), "has not four numbers", "give x0, y0, x1, y1");
        }
        boxes.add(new PageBox(edges[0], edges[1], edges[2], edges[3]));
      }
      read = read.withTables(boxes);
    }
    return words == null || row.isNullAt(words.column()) ? read : read.withWords(words.words(row));
  }

  /**
   * The recording that a row holds.
   *
   * @throws InputException when the row holds none
   */
  Recording recording(Row row) {
    return Recording.of(file(row, "sound"));
  }

  private byte[] file(Row row, String kind) {
    FileColumn column = file();
    byte[] file = column == null ? null : column.of(row);
    if (file == null) {
      throw new InputException(kind, "is null", "give the bytes of a " + kind + " file");
    }
    return file;
  }

  /** The text that the answer to a row is expected to be; null where the row holds none. */
  @Nullable String prediction(Row row) {
    return prediction < 0 || row.isNullAt(prediction) ? null : row.getString(prediction);
  }

  /**
   * What the model reads of a row without sound.
   *
   * @throws InputException when the row holds nothing, or its words are no words
   */
  Input input(Row row) {
    byte[] file = picture == null ? null : file(row, "picture");
    String text = prompt < 0 || row.isNullAt(prompt) ? null : row.getString(prompt);
    InputException.require(
        file != null || text != null || words != null, "prompt", "is null", "give a text");
    Input input = Input.empty().withText(text);
    if (file != null) {
      input = input.withImage(file);
    }
    return words == null ? input : words.addTo(input, row);
  }
}
