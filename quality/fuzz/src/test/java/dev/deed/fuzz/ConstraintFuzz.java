package dev.deed.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.logits.AnswerState;
import dev.deed.processing.grammar.TextVocabulary;
import dev.deed.processing.grammar.TokenLanguage;
import dev.deed.processing.tokenizer.TokenBytes;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Constraints of answers: each is refused, or lets tokens follow one another to an end. */
public final class ConstraintFuzz {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST_TOKENS = 60;
  private static final int END = 260;
  private static final List<TextVocabulary> VOCABULARIES = List.of(bytes(), words());

  private static final List<String> KEYWORDS =
      List.of(
          "type",
          "enum",
          "const",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "pattern",
          "anyOf",
          "$ref",
          "title",
          "minimum");

  private ConstraintFuzz() {}

  private static TextVocabulary bytes() {
    byte[][] tokens = new byte[END + 1][];
    for (int b = 0; b < 256; b++) {
      tokens[b] = new byte[] {(byte) b};
    }
    tokens[256] = "ab".getBytes(StandardCharsets.UTF_8);
    tokens[257] = "\":".getBytes(StandardCharsets.UTF_8);
    return new TextVocabulary(new TokenBytes(tokens, tokens, true));
  }

  private static TextVocabulary words() {
    byte[][] first = new byte[END + 1][];
    byte[][] later = new byte[END + 1][];
    String[] words = {"a", "b", "true", "{", "}", "\"a\":", "1", "ab", "[", "]", ",", ""};
    for (int i = 0; i < words.length; i++) {
      first[i] = words[i].getBytes(StandardCharsets.UTF_8);
      later[i] = (i % 2 == 0 ? words[i] : " " + words[i]).getBytes(StandardCharsets.UTF_8);
    }
    return new TextVocabulary(new TokenBytes(first, later, false));
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    TextVocabulary texts = VOCABULARIES.get(choices.below(2));
    AnswerState state;
    try {
      state = TokenLanguage.of(constraint(choices), texts, new int[] {END});
      for (int i = 0; i < MOST_TOKENS; i++) {
        int token = state.forced();
        if (token == AnswerState.NOT_FORCED) {
          token = allowed(state, choices.octet());
        }
        if (token == END) {
          return;
        }
        state = state.after(token);
      }
    } catch (InputException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        throw new IllegalStateException("two lines", e);
      }
    }
  }

  /** The next token that may follow, from one on. */
  private static int allowed(AnswerState state, int from) {
    for (int i = 0; i <= END; i++) {
      int token = (from + i) % (END + 1);
      if (state.allows(token)) {
        return token;
      }
    }
    throw new IllegalStateException("nothing may follow, not even the end");
  }

  private static JsonNode constraint(Choices choices) {
    ObjectNode constraint = NODES.objectNode();
    switch (choices.below(7)) {
      case 0 -> {
        ArrayNode list = constraint.putArray("choice");
        for (int i = choices.below(4); i > 0; i--) {
          list.add(choices.of("a", "ab", "true", "é", "", "b a"));
        }
      }
      case 1 -> constraint.put("regex", new PatternMaker(choices).make());
      case 2 -> constraint.set("json", schema(choices, 0));
      case 3 -> constraint.put("json_object", true);
      case 4 -> constraint.put("grammar", grammar(choices));
      case 5 -> constraint.set(choices.of("choice", "json", "other"), RandomJson.value(choices));
      default -> {
        String text = new String(choices.rest(), StandardCharsets.ISO_8859_1);
        constraint.put(text.length() % 2 == 0 ? "regex" : "grammar", text);
      }
    }
    return constraint;
  }

  private static JsonNode schema(Choices choices, int depth) {
    ObjectNode schema = NODES.objectNode();
    for (int i = choices.below(4); i > 0; i--) {
      String keyword = KEYWORDS.get(choices.below(KEYWORDS.size()));
      schema.set(
          keyword,
          switch (keyword) {
            case "type" ->
                NODES.textNode(
                    choices.of(
                        "string", "integer", "number", "boolean", "null", "object", "array"));
            case "properties" -> NODES.objectNode().set("a", inner(choices, depth));
            case "items" -> inner(choices, depth);
            case "anyOf" -> NODES.arrayNode().add(inner(choices, depth)).add(inner(choices, depth));
            case "required" -> NODES.arrayNode().add("a");
            case "pattern" -> NODES.textNode(new PatternMaker(choices).make());
            case "$ref" -> NODES.textNode(choices.of("#/$defs/a", "#/definitions/a", "#", "a"));
            default -> RandomJson.value(choices);
          });
    }
    if (depth == 0 && choices.yes()) {
      schema.putObject("$defs").set("a", schema(choices, 1));
    }
    return schema;
  }

  private static JsonNode inner(Choices choices, int depth) {
    return depth < 4 ? schema(choices, depth + 1) : NODES.booleanNode(true);
  }

  private static String grammar(Choices choices) {
    StringBuilder grammar = new StringBuilder("root ::= ");
    for (int i = choices.below(40); i > 0; i--) {
      grammar.append(
          choices.of(
              "\"a\" ",
              "\"ab\" ",
              "[^a-b] ",
              "root ",
              "b ",
              "| ",
              "( ",
              ") ",
              "* ",
              "? ",
              "{2,3} ",
              ". ",
              "\nb ::= ",
              "\nc ::= ",
              "c ",
              "# x\n",
              "\"\\u00e9\" ",
              "[\\]a-] "));
    }
    return grammar.toString();
  }
}
