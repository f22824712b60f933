package dev.deed.spark;

import dev.deed.EncoderDecoderModel;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** What a model does with a line, and the fields that it reads. */
enum LineTask {
  GENERATE(
      "prompt decoder_prompt image ocr width height source_language target_language input_ids"
          + " decoder_input_ids generation exits log_probs prediction"),
  TABLES("image table tables words empty_cells table_grammar generation exits"),
  TRANSCRIBE("audio language task generation exits");

  /** Fields that are the bytes of a file. */
  static final Set<String> FILES = Set.of("image", "audio");

  /** Fields that are texts. */
  static final Set<String> TEXTS =
      Set.of(
          "prompt",
          "decoder_prompt",
          "source_language",
          "target_language",
          "prediction",
          "language",
          "task");

  private final Set<String> fields;

  LineTask(String fields) {
    this.fields = Set.of(fields.split(" ", -1));
  }

  /** The names of all fields, in alphabetical order. */
  static Set<String> fields() {
    Set<String> all = new TreeSet<>();
    Arrays.stream(values()).forEach(task -> all.addAll(task.fields));
    return all;
  }

  /**
   * @throws InputException when a field is unknown, or no task reads all of them
   */
  static void requireTogether(Collection<String> given) {
    Set<String> all = fields();
    for (String field : given) {
      InputException.require(
          all.contains(field),
          "input " + field,
          "is no field of a line",
          "choose among " + String.join(", ", all));
    }
    InputException.require(
        Arrays.stream(values()).anyMatch(task -> task.fields.containsAll(given)),
        "inputs " + String.join(", ", new TreeSet<>(given)),
        "are not read together",
        "of sound there are audio, language, task; of pages of tables image, tables, words,"
            + " empty_cells, table_grammar");
  }

  /**
   * What a model does with such lines.
   *
   * @throws InputException when it does not read one of the fields
   */
  static LineTask of(EncoderDecoderModel model, Collection<String> given) {
    LineTask task =
        given.contains("audio")
            ? TRANSCRIBE
            : model.card().family().equals("TableFormer") ? TABLES : GENERATE;
    for (String field : given) {
      InputException.require(
          task.fields.contains(field),
          "input " + field,
          "is not read by this model, " + model.card().family(),
          "leave it out, or set another model");
    }
    return task;
  }
}
