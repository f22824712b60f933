package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the fields of an object in a line; absent and null are the same. Each method that
 * reads a field throws an {@link InputException} that names file, line and field where the value
 * has another type or lies outside its range. Remembers what was read. Belongs to one thread.
 */
public final class Fields {
  private final String origin;
  private final String prefix;
  private final ObjectNode json;
  private final Set<String> read = new HashSet<>();

  /**
   * @param origin file and line, for errors
   * @param prefix path of the object inside the line, with a dot at its end; empty for the line
   *     itself
   */
  public Fields(String origin, String prefix, ObjectNode json) {
    this.origin = origin;
    this.prefix = prefix;
    this.json = json;
  }

  public @Nullable JsonNode value(String key) {
    read.add(key);
    JsonNode value = json.get(key);
    return value == null || value.isNull() ? null : value;
  }

  public @Nullable String text(String key) {
    JsonNode value = value(key, "a text", JsonNode::isTextual);
    return value == null ? null : value.textValue();
  }

  public @Nullable Boolean flag(String key) {
    JsonNode value = value(key, "true or false", JsonNode::isBoolean);
    return value == null ? null : value.booleanValue();
  }

  public @Nullable List<String> texts(String key) {
    JsonNode list = value(key, "a list of texts", Fields::isListOfTexts);
    return list == null ? null : list.valueStream().map(JsonNode::textValue).toList();
  }

  private static boolean isListOfTexts(JsonNode value) {
    return value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
  }

  public @Nullable Integer integer(String key, int least, int most) {
    JsonNode value = value(key);
    return value == null ? null : integer(key, value, "a whole number", least, most);
  }

  public int @Nullable [] integers(String key, int least, int most) {
    String expected = "a list of whole numbers";
    JsonNode list = value(key, expected, JsonNode::isArray);
    return list == null
        ? null
        : list.valueStream().mapToInt(item -> integer(key, item, expected, least, most)).toArray();
  }

  public @Nullable Double number(String key) {
    JsonNode value = value(key);
    return value == null ? null : number(key, value, "a number");
  }

  public double @Nullable [] numbers(String key) {
    String expected = "a list of numbers";
    JsonNode list = value(key, expected, JsonNode::isArray);
    return list == null
        ? null
        : list.valueStream().mapToDouble(item -> number(key, item, expected)).toArray();
  }

  public @Nullable ObjectNode object(String key) {
    return (ObjectNode) value(key, "an object", JsonNode::isObject);
  }

  /** The fields of an object that has to be there. */
  public Fields inside(String key) {
    ObjectNode object = object(key);
    if (object == null) {
      throw wrong(key, "an object");
    }
    return new Fields(origin, prefix + key + ".", object);
  }

  /** Refuses what was never read. */
  public void requireAllRead() {
    for (String other : others().keySet()) {
      throw wrong(other, "known here");
    }
  }

  /** The objects of a list, none when it is absent. */
  public List<Fields> objects(String key) {
    List<Fields> objects = new ArrayList<>();
    JsonNode list = value(key, "a list of objects", JsonNode::isArray);
    if (list != null) {
      for (JsonNode item : list) {
        if (!(item instanceof ObjectNode object)) {
          throw wrong(key, "a list of objects");
        }
        objects.add(new Fields(origin, prefix + key + "[" + objects.size() + "].", object));
      }
    }
    return objects;
  }

  /** What is stated of some settings, by name, as JSON holds it. */
  public Map<String, Object> settings(List<? extends Setting<?>> settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      JsonNode value = value(setting.name());
      if (value != null) {
        Object json = JsonValues.of(value);
        require(setting.type().of(json) != null, setting.name(), setting.type().range());
        values.put(setting.name(), json);
      }
    }
    return values;
  }

  /** The exit settings of an object, whose keys {@code others} are read elsewhere. */
  public @Nullable ExitSettings exits(String key, String... others) {
    ObjectNode object = object(key);
    if (object == null) {
      return null;
    }
    Map<String, @Nullable Object> settings = JsonValues.of(object);
    settings.keySet().removeAll(List.of(others));
    try {
      return ExitSettings.of(place(key + "."), settings);
    } catch (InputException e) {
      throw e.about(prefix + key + "." + e.field());
    }
  }

  /** What was never read, and these fields though they were, in the order of the line. */
  public Map<String, JsonNode> others(String... also) {
    Set<String> left = new HashSet<>(read);
    List.of(also).forEach(left::remove);
    Map<String, JsonNode> others = new LinkedHashMap<>();
    json.forEachEntry(others::put);
    others.keySet().removeAll(left);
    return others;
  }

  /** The error of a field that is not what it has to be. */
  public InputException wrong(String key, String expected) {
    return wrong(key, "is not " + expected, "correct the field or leave it out");
  }

  /** Refuses a field unless {@code holds}. */
  public void require(boolean holds, String key, String expected) {
    if (!holds) {
      throw wrong(key, expected);
    }
  }

  /** The error of a field that cannot be used. */
  InputException wrong(String key, String why, String whatToDo) {
    return new InputException(place(key), why, whatToDo).about(prefix + key);
  }

  /** What errors call a field: file, line and name. */
  String place(String key) {
    return origin + ", field " + prefix + key;
  }

  private @Nullable JsonNode value(String key, String expected, Predicate<JsonNode> fits) {
    JsonNode value = value(key);
    require(value == null || fits.test(value), key, expected);
    return value;
  }

  private int integer(String key, JsonNode value, String expected, int least, int most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(key, expected + " from " + least + " to " + most);
    }
    return value.intValue();
  }

  private double number(String key, JsonNode value, String expected) {
    require(value.isNumber() && Double.isFinite(value.doubleValue()), key, expected);
    return value.doubleValue();
  }
}
