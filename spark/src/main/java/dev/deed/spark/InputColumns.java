package dev.deed.spark;

import dev.deed.Input;
import dev.deed.speech.Recording;
import dev.deed.value.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where a row holds what the model reads. Immutable.
 *
 * @param picture null: rows hold none
 * @param sound null: rows hold none; where there is one, nothing else is read
 * @param prompt column of the text; −1: rows hold none
 * @param words null: rows hold none
 * @param prediction column of the text that the answer is expected to be; −1: rows hold none
 */
record InputColumns(
    @Nullable FileColumn picture,
    @Nullable FileColumn sound,
    int prompt,
    @Nullable WordsColumns words,
    int prediction)
    implements Serializable {
  private static final String CONTENT = "content";
  private static final String FILE_TYPES =
      "give a column of bytes, such as content of the format binaryFile, or a struct with such a"
          + " field content";

  /**
   * What columns are called; null: there is none.
   *
   * @param width width of the page in pixels, where there are words
   * @param height height of the page in pixels, where there are words
   */
  record Names(
      @Nullable String image,
      @Nullable String audio,
      @Nullable String prompt,
      @Nullable String words,
      String width,
      String height,
      @Nullable String prediction) {
    /** Those of what the model reads. */
    List<String> all() {
      List<String> all = new ArrayList<>();
      for (String name : new @Nullable String[] {image, audio, prompt, words}) {
        if (name != null) {
          all.add(name);
        }
      }
      if (words != null) {
        all.add(width);
        all.add(height);
      }
      return all;
    }

    /** Those whose values name no row. */
    List<String> read() {
      List<String> read = all();
      if (prediction != null) {
        read.add(prediction);
      }
      return read;
    }
  }

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
   * @throws InputException when one is missing or of another type
   */
  static InputColumns of(StructType schema, Names names) {
    SchemaCheck check = new SchemaCheck(schema);
    InputException.require(
        !names.all().isEmpty(),
        "imageCol, audioCol, promptCol, wordsCol",
        "none is set",
        "set the columns that the model reads");
    InputException.require(
        names.audio == null || names.read().size() == 1,
        "audioCol",
        "excludes imageCol, promptCol and wordsCol"
            + (names.prediction == null ? "" : ", and predictionCol"),
        "leave them out");
    return new InputColumns(
        names.image == null ? null : file(check, "imageCol", names.image),
        names.audio == null ? null : file(check, "audioCol", names.audio),
        text(check, "promptCol", names.prompt),
        names.words == null ? null : WordsColumns.of(check, names),
        text(check, "predictionCol", names.prediction));
  }

  private static FileColumn file(SchemaCheck check, String parameter, String name) {
    int column = check.index(parameter, name);
    DataType type = check.type(column);
    if (type instanceof StructType struct
        && List.of(struct.fieldNames()).contains(CONTENT)
        && struct.apply(CONTENT).dataType().equals(DataTypes.BinaryType)) {
      return new FileColumn(column, struct.fieldIndex(CONTENT));
    }
    check.requireType(type.equals(DataTypes.BinaryType), parameter, column, FILE_TYPES);
    return new FileColumn(column, -1);
  }

  private static int text(SchemaCheck check, String parameter, @Nullable String name) {
    if (name == null) {
      return -1;
    }
    int column = check.index(parameter, name);
    check.requireType(
        check.type(column).equals(DataTypes.StringType),
        parameter,
        column,
        "give a column of strings");
    return column;
  }

  /**
   * The recording that a row holds.
   *
   * @throws InputException when the row holds none
   */
  Recording recording(Row row) {
    byte[] file = sound == null ? null : sound.of(row);
    if (file == null) {
      throw new InputException("sound", "is null", "give the bytes of a sound file");
    }
    return Recording.of(file);
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
    byte[] file = picture == null ? null : picture.of(row);
    String text = prompt < 0 || row.isNullAt(prompt) ? null : row.getString(prompt);
    InputException.require(
        picture == null || file != null, "picture", "is null", "give the bytes of a picture file");
    InputException.require(
        file != null || text != null || words != null, "prompt", "is null", "give a text");
    Input input = Input.empty().withText(text);
    if (file != null) {
      input = input.withImage(file);
    }
    return words == null ? input : words.addTo(input, row);
  }
}
