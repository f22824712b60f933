package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.util.Map;

/**
 * How long lists may be that a caller states. Some are looked at for every token of an answer, and
 * callers may be strangers; what a folder states is its maker's own matter.
 */
final class SettingSizes {
  private static final int MOST_ENTRIES = 512;
  private static final int MOST_VALUES = 8192;

  private SettingSizes() {}

  /**
   * @param defaults what the folder states: a caller may give as much
   * @throws InputException when a list, or what it holds, is too long
   */
  static void requireBounded(ObjectNode overrides, ObjectNode defaults) {
    for (Map.Entry<String, JsonNode> setting : overrides.properties()) {
      JsonNode own = defaults.path(setting.getKey());
      int entries = Math.max(MOST_ENTRIES, own.size());
      int size = setting.getValue().size();
      if (size > entries) {
        throw SettingNames.wrong(
            setting.getKey(), "has " + size + " entries", "give at most " + entries);
      }
      long values = Math.max(MOST_VALUES, values(own));
      if (values(setting.getValue()) > values) {
        throw SettingNames.wrong(
            setting.getKey(),
            "holds more than " + values + " numbers",
            "give fewer or shorter entries");
      }
    }
  }

  /** How many values there are at all depths. */
  private static long values(JsonNode value) {
    long count = 1;
    for (JsonNode inner : value) {
      count += values(inner);
    }
    return count;
  }
}
