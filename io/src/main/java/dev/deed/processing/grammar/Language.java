package dev.deed.processing.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * The texts that a constraint allows, as rules of which {@link #ROOT} is the whole text. Immutable.
 *
 * @param kind of constraint, for errors
 */
record Language(String kind, Map<String, Syntax> rules) {
  static final String ROOT = "root";
  private static final String FIELD = "structured_outputs";
  private static final List<String> KINDS =
      List.of("choice", "regex", "json", "json_object", "grammar");

  /** Characters of a constraint as JSON; what it comes to is bounded where it grows. */
  private static final int LONGEST = 1 << 17;

  /**
   * Reads a constraint.
   *
   * @param constraint an object with one of the keys {@code choice}, {@code regex}, {@code json},
   *     {@code json_object} and {@code grammar}
   * @throws InputException when it is malformed, too long or deep, or asks for what is not
   *     supported
   */
  static Language of(JsonNode constraint) {
    String one = "exactly one of " + String.join(", ", KINDS);
    InputException.requireField(
        constraint.isObject(), FIELD, "is no object", "give an object with " + one);
    List<String> given = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : constraint.properties()) {
      String key = entry.getKey();
      InputException.requireField(
          KINDS.contains(key), FIELD, "has the unknown key " + key, "give " + one);
      if (!entry.getValue().isNull()) {
        given.add(key);
      }
    }
    InputException.requireField(
        given.size() == 1,
        FIELD,
        given.isEmpty() ? "is empty" : "has " + String.join(" and ", given),
        "give " + one);
    String kind = given.getFirst();
    JsonNode value = constraint.get(kind);
    if (constraint.toString().length() > LONGEST) {
      throw wrong(kind, "is longer than " + LONGEST + " characters", "give a shorter one");
    }
    requireShallow(kind, value);
    return new Language(
        kind,
        switch (kind) {
          case "choice" -> Map.of(ROOT, choice(value));
          case "regex" -> Map.of(ROOT, new ExpressionReader(kind, text(kind, value)).whole());
          case "json" -> new SchemaReader(value).rules();
          case "json_object" -> anyObject(value);
          default -> new GrammarReader(text(kind, value)).rules();
        });
  }

  /** Readers call themselves for each level of a value. */
  private static void requireShallow(String kind, JsonNode value) {
    List<JsonNode> level = List.of(value);
    for (int depth = 0; !level.isEmpty(); depth++) {
      if (depth > SourceText.DEEPEST) {
        throw wrong(
            kind, "is nested deeper than " + SourceText.DEEPEST, "give parts of it as $defs");
      }
      level = level.stream().flatMap(JsonNode::valueStream).toList();
    }
  }

  private static Syntax choice(JsonNode list) {
    List<JsonNode> texts = StreamSupport.stream(list.spliterator(), false).toList();
    if (!list.isArray() || texts.isEmpty() || !texts.stream().allMatch(JsonNode::isTextual)) {
      throw wrong("choice", "is no list of texts, or empty", "give at least one text");
    }
    return new Syntax.Choice(texts.stream().map(text -> Syntax.text(text.textValue())).toList());
  }

  private static String text(String kind, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(kind, "is no text", "give the " + kind + " as a text");
    }
    return value.textValue();
  }

  private static Map<String, Syntax> anyObject(JsonNode value) {
    if (!value.isBoolean() || !value.booleanValue()) {
      throw wrong("json_object", "is not true", "give true, or leave it out");
    }
    return JsonSpelling.rules();
  }

  /** The error of a constraint that cannot be used. */
  static InputException wrong(String kind, String why, String whatToDo) {
    return new InputException(FIELD + "." + kind, why, whatToDo).about(FIELD);
  }
}
