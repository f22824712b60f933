package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects as the maps that options and exit settings take. */
public final class JsonValues {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonValues() {}

  /** The values by name: Booleans, numbers, texts, lists; null stays null. None of no object. */
  public static Map<String, @Nullable Object> of(@Nullable ObjectNode object) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (object != null) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        JsonNode value = field.getValue();
        values.put(
            field.getKey(), value.isNull() ? null : MAPPER.convertValue(value, Object.class));
      }
    }
    return values;
  }
}
