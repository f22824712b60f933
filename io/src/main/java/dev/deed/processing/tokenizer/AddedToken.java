package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A token that is found in a text before the text is cut, as the tokenizers library has it.
 *
 * @param content its spelling
 * @param special whether decoding can leave it out
 * @param normalized whether it is looked for in the normalised text instead of the given one
 * @param takesSpaceBefore whether it swallows white space in front of it ({@code lstrip})
 * @param takesSpaceAfter whether it swallows white space behind it ({@code rstrip})
 * @param singleWord whether it must stand apart from letters
 */
public record AddedToken(
    String content,
    boolean special,
    boolean normalized,
    boolean takesSpaceBefore,
    boolean takesSpaceAfter,
    boolean singleWord) {
  public static AddedToken special(String content) {
    return new AddedToken(content, true, false, false, false, false);
  }

  static AddedToken plain(String content) {
    return new AddedToken(content, false, true, false, false, false);
  }

  /** A token of a configuration: its spelling, or an object that holds it; null for all else. */
  static @Nullable AddedToken of(@Nullable JsonNode json) {
    if (json == null || json.isTextual() && json.textValue().isEmpty()) {
      return null;
    }
    if (json.isTextual()) {
      return special(json.textValue());
    }
    String content = json.path("content").asText("");
    boolean special = json.path("special").asBoolean(false);
    return content.isEmpty()
        ? null
        : new AddedToken(
            content,
            special,
            json.path("normalized").asBoolean(!special),
            json.path("lstrip").asBoolean(false),
            json.path("rstrip").asBoolean(false),
            json.path("single_word").asBoolean(false));
  }

  AddedToken asSpecial() {
    return new AddedToken(content, true, normalized, takesSpaceBefore, takesSpaceAfter, singleWord);
  }

  /** White space as Python has it, which is a little more than Java's. */
  static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }

  /** A text without white space at its ends, as Python has it. */
  public static String stripped(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (begin < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  /** The entry of a {@code tokenizer.json}. */
  public ObjectNode json(int id) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", singleWord)
        .put("lstrip", takesSpaceBefore)
        .put("rstrip", takesSpaceAfter)
        .put("normalized", normalized)
        .put("special", special);
  }
}
