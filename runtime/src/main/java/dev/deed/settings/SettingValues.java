package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to generation settings. A setting that is there with the value null was switched
 * off, which differs from not being there where the default does something.
 *
 * @param vocabulary number of tokens of the decoder
 */
record SettingValues(ObjectNode settings, int vocabulary) {
  /** Whether the setting is there and not null. */
  boolean has(String key) {
    return settings.hasNonNull(key);
  }

  /** Whether the setting is there and null. */
  boolean isOff(String key) {
    return settings.has(key) && !has(key);
  }

  int integer(String key, int fallback, int least, int most) {
    JsonNode value = value(key);
    return value == null ? fallback : integer(key, value, least, most);
  }

  long wholeNumber(String key, long fallback) {
    JsonNode value =
        value(
            key,
            given -> given.isIntegralNumber() && given.canConvertToLong(),
            "must be a whole number of 64 bits");
    return value == null ? fallback : value.longValue();
  }

  double number(String key, double fallback, double least, double most) {
    JsonNode value =
        value(
            key,
            given ->
                given.isNumber() && given.doubleValue() >= least && given.doubleValue() <= most,
            "must be a number within " + plain(least) + ".." + plain(most));
    return value == null ? fallback : value.doubleValue();
  }

  double positive(String key, double fallback) {
    double number = number(key, fallback, 0, Float.MAX_VALUE);
    require(number != 0, key, "must be above 0");
    return number;
  }

  boolean flag(String key) {
    JsonNode value = value(key, JsonNode::isBoolean, "must be true or false");
    return value != null && value.booleanValue();
  }

  /** A token; null when the setting is absent or off. */
  @Nullable Integer token(String key) {
    JsonNode value = value(key);
    return value == null ? null : (Integer) integer(key, value, 0, vocabulary - 1);
  }

  /** A token or a list of them; empty when the setting is absent or off. */
  List<Integer> tokens(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    return value.isArray() ? tokens(key, value) : List.of(integer(key, value, 0, vocabulary - 1));
  }

  /** A list of token sequences, none of them empty; empty when the setting is absent or off. */
  List<List<Integer>> sequences(String key) {
    List<List<Integer>> sequences = new ArrayList<>();
    for (JsonNode item : list(key)) {
      require(item.isArray() && !item.isEmpty(), key, "must be a list of lists of tokens");
      sequences.add(tokens(key, item));
    }
    return sequences;
  }

  /** The items of a list; empty when the setting is absent or off. */
  List<JsonNode> list(String key) {
    JsonNode value = value(key, JsonNode::isArray, "must be a list");
    return value == null ? List.of() : value.valueStream().toList();
  }

  List<Integer> tokens(String key, JsonNode array) {
    return array.valueStream().map(item -> integer(key, item, 0, vocabulary - 1)).toList();
  }

  int integer(String key, JsonNode value, int least, int most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(key, "must be a whole number within " + least + ".." + most);
    }
    return value.intValue();
  }

  @Nullable JsonNode value(String key) {
    return has(key) ? settings.get(key) : null;
  }

  private @Nullable JsonNode value(String key, Predicate<JsonNode> fits, String why) {
    JsonNode value = value(key);
    require(value == null || fits.test(value), key, why);
    return value;
  }

  void require(boolean holds, String key, String why) {
    if (!holds) {
      throw wrong(key, why);
    }
  }

  InputException wrong(String key, String why) {
    return SettingNames.wrong(
        key,
        "is " + shorten(settings.path(key)) + " but " + why,
        "correct it in the options, the line or generation_config.json");
  }

  static String shorten(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e6
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }
}
