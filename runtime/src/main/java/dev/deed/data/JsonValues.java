package dev.deed.data;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects as the maps that options and exit settings take. */
public final class JsonValues {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> MAP =
      new TypeReference<>() {};

  private JsonValues() {}

  /** The value: a Boolean, a number, a text, a list or a map. */
  static Object of(JsonNode value) {
    return MAPPER.convertValue(value, Object.class);
  }

  /** The values by name: Booleans, numbers, texts, lists; null stays null. None of no object. */
  public static Map<String, @Nullable Object> of(@Nullable ObjectNode object) {
    return object == null ? new LinkedHashMap<>() : MAPPER.convertValue(object, MAP);
  }
}
