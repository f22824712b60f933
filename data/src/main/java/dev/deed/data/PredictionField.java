package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code prediction}, a text that the answer is expected to be: a text itself, or as
 * OpenAI states it {@code {"type": "content", "content": …}}, with a text or a list of parts {@code
 * {"type": "text", "text": …}}.
 */
final class PredictionField {
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
