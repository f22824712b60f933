package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.Fields;
import dev.deed.data.JsonValues;
import dev.deed.server.http.ApiException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI's {@code response_format}: what answers must be a text of. */
final class AnswerFormat {
  private static final String FIELD = "response_format";
  private static final String SETTING = "structured_outputs";

  private AnswerFormat() {}

  /**
   * Reads the field into generation settings; where it is absent, these stay.
   *
   * @throws ApiException 400 when it is of no kind that is known, or contradicts another
   */
  static void read(Fields fields, Map<String, @Nullable Object> generation) {
    ObjectNode format = fields.object(FIELD);
    if (format == null) {
      return;
    }
    Fields inside = new Fields("request", FIELD + ".", format);
    String type = inside.text("type");
    switch (type == null ? "" : type) {
      // Any text, whatever the folder asks for.
      case "text" -> generation.putIfAbsent(SETTING, null);
      case "json_object" ->
          OpenAiSettings.put(generation, SETTING, Map.of("json_object", true), FIELD);
      case "json_schema" -> {
        ObjectNode schema = inside.inside("json_schema").object("schema");
        if (schema == null) {
          throw ApiException.badRequest(FIELD + ": lacks json_schema.schema; give it", FIELD);
        }
        OpenAiSettings.put(generation, SETTING, Map.of("json", JsonValues.of(schema)), FIELD);
      }
      default ->
          throw ApiException.badRequest(
              FIELD + ": is of no type that is known; give text, json_object or json_schema",
              FIELD);
    }
    OpenAiBody.refuseOthers(FIELD, inside);
  }
}
