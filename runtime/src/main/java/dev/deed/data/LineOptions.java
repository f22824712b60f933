package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.GenerationOptions;
import dev.deed.value.SettingType;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to generate for lines that do not say otherwise. Immutable.
 *
 * @param options of an input that is no line
 * @param receipt whether answers have receipts
 * @param settings the task's own, by name, as JSON holds them
 */
public record LineOptions(
    GenerationOptions options, boolean receipt, Map<String, Object> settings) {
  /**
   * What a request may say beside its input, {@code generation} and {@code exits}: fields of lines
   * and of HTTP, options of {@code generate}, and of Spark.
   */
  public static final List<TaskSetting<LineOptions, ?>> SETTINGS =
      List.of(
          new TaskSetting<>(
              "log_probs",
              new SettingType.Words<>(new SettingType.Flag(), Map.of("on", true, "off", false)),
              "Whether answers tell log_probs and scores; off: greedy tokens come sooner from a large"
                  + " head in fp32 or bf16, and are the same to the bit (default: on).",
              (all, shown) -> all.with(all.options.withLogProbabilities(shown))),
          new TaskSetting<>(
              PredictionField.NAME,
              new SettingType.Text(GenerationOptions.LONGEST_PREDICTION),
              "What the answer will be, more or less, such as that to an earlier version of the"
                  + " input: drafts are copied from it and verified (lossless), so the answer is the"
                  + " same and comes sooner. Not with beams (default: none).",
              (all, text) -> all.with(all.options.withPrediction(text))),
          new TaskSetting<>(
              "receipt",
              new SettingType.Flag(),
              "Add a receipt to each answer, by which deed verify checks it: sums (SHA-256) of the"
                  + " model, the tokenizer, the input and the tokens, with the settings in force. Not"
                  + " with beams or several answers (default: not).",
              LineOptions::withReceipt),
          new TaskSetting<>(
              "stop",
              new SettingType.Texts(),
              "End an answer before this text, with finish stop; up to 16 texts, not with beams or"
                  + " several answers (default: none).",
              (all, texts) -> all.with(all.options.withStop(texts))));

  /** Those whose names an answer has too. */
  private static final Set<String> OF_ANSWERS = Set.of("log_probs", "receipt");

  /** Options without receipts and without settings of a task. */
  public LineOptions(GenerationOptions options) {
    this(options, false, Map.of());
  }

  /** The same with receipts, or without. */
  public LineOptions withReceipt(boolean wanted) {
    return new LineOptions(options, wanted, settings);
  }

  private LineOptions with(GenerationOptions other) {
    return new LineOptions(other, receipt, settings);
  }

  /** The same with what is stated of {@link #SETTINGS}. */
  public LineOptions with(Map<String, Object> values) {
    return TaskSetting.apply(SETTINGS, this, values);
  }

  /**
   * {@return what fields state of {@link #SETTINGS}, by name, as JSON holds it}
   *
   * @param but names that are not read
   */
  public static Map<String, Object> settings(Fields fields, String... but) {
    Map<String, Object> values =
        fields.settings(
            SETTINGS.stream()
                .filter(
                    one ->
                        !one.name().equals(PredictionField.NAME)
                            && !List.of(but).contains(one.name())
                            && !isOfAnswer(fields, one.name()))
                .toList());
    String prediction = PredictionField.read(fields);
    if (prediction != null) {
      values.put(PredictionField.NAME, prediction);
    }
    return values;
  }

  /** Whether a list or an object stands where an answer tells its own: no setting then. */
  private static boolean isOfAnswer(Fields fields, String name) {
    return OF_ANSWERS.contains(name)
        && fields.value(name) instanceof JsonNode json
        && json.isContainerNode();
  }

  /** The options of a line: its own settings, and these where it has none. */
  public LineOptions of(InputLine line) {
    GenerationOptions own = options;
    if (line.generation() != null) {
      own = own.withSettings(line.generation());
    }
    if (line.exits() != null) {
      own = own.withExits(own.exits().overriddenBy(line.exits()));
    }
    return with(own).with(line.settings());
  }

  /**
   * The field {@code prediction}, a text that the answer is expected to be: a text itself, or as
   * OpenAI states it {@code {"type": "content", "content": …}}, with a text or a list of parts
   * {@code {"type": "text", "text": …}}.
   */
  private static final class PredictionField {
    static final String NAME = "prediction";

    private PredictionField() {}

    /**
     * The text; null where the field is absent.
     *
     * @throws dev.deed.value.InputException when it is anything else
     */
    static @Nullable String read(Fields fields) {
      JsonNode value = fields.value(NAME);
      fields.require(
          value == null || value.isTextual() || value.isObject(),
          NAME,
          "a text, or an object of type and content");
      return value == null || value.isTextual() ? fields.text(NAME) : content(fields.inside(NAME));
    }

    private static String content(Fields object) {
      object.require("content".equals(object.text("type")), "type", "\"content\"");
      JsonNode content = object.value("content");
      if (content != null && content.isTextual()) {
        object.requireAllRead();
        return content.textValue();
      }
      if (content == null || !content.isArray()) {
        throw object.wrong("content", "a text, or a list of parts");
      }
      StringBuilder text = new StringBuilder();
      for (Fields part : object.objects("content")) {
        String piece = part.text("text");
        if (piece == null || !"text".equals(part.text("type"))) {
          throw part.wrong("type", "\"text\" with a field text");
        }
        text.append(piece);
        part.requireAllRead();
      }
      object.requireAllRead();
      return text.toString();
    }
  }
}
