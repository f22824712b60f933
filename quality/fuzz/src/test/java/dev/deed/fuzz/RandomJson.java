package dev.deed.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Values of settings, right ones and wrong ones. */
final class RandomJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 3;

  private RandomJson() {}

  /** A value of any type, numbers near the borders of types and of what is usual. */
  static JsonNode value(Choices choices) {
    return value(choices, 0);
  }

  private static JsonNode value(Choices choices, int depth) {
    return switch (choices.below(depth < DEEPEST ? 12 : 9)) {
      case 0, 1, 2 -> NODES.numberNode(choices.below(48));
      case 3 ->
          NODES.numberNode(
              choices.of(-1, 0, 1, 255, 256, 1023, 4096, 65_536, Integer.MAX_VALUE, choices.any()));
      case 4 -> NODES.numberNode(choices.of(1L << 31, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE));
      case 5 ->
          NODES.numberNode(choices.of(0.0, -0.0, 0.5, 1.0, -1.5, 1e-9, 1e-40, 3e38, 1e300, -1e300));
      case 6 -> NODES.booleanNode(choices.below(2) == 1);
      case 7 -> NODES.nullNode();
      case 8 ->
          NODES.textNode(
              choices.of(
                  "", "relu", "gelu", "gated-gelu", "gated-", "never", "bart", "t5", "é\n", "9"));
      case 9, 10 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = choices.below(5); i > 0; i--) {
          array.add(value(choices, depth + 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = choices.below(3); i > 0; i--) {
          object.set(choices.of("layers", "size", "model_type", "a"), value(choices, depth + 1));
        }
        yield object;
      }
    };
  }

  /** Changes a few settings of a configuration, wherever in it they stand. */
  static void change(ObjectNode configuration, List<String> moreKeys, Choices choices) {
    for (int i = 1 + choices.below(4); i > 0; i--) {
      List<ObjectNode> parts = parts(configuration);
      ObjectNode part = parts.get(choices.below(parts.size()));
      List<String> keys = new ArrayList<>(moreKeys);
      part.fieldNames().forEachRemaining(keys::add);
      String key = keys.get(choices.below(keys.size()));
      if (choices.rarely()) {
        part.remove(key);
      } else {
        part.set(key, value(choices));
      }
    }
  }

  private static List<ObjectNode> parts(ObjectNode configuration) {
    List<ObjectNode> parts = new ArrayList<>(List.of(configuration));
    configuration.forEach(
        value -> {
          if (value instanceof ObjectNode object && parts.size() < 256) {
            parts.add(object);
          }
        });
    return parts;
  }
}
