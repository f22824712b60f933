package dev.deed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.IoReason;
import dev.deed.files.JsonFault;
import dev.deed.files.RegularFile;
import dev.deed.files.Spelling;
import dev.deed.value.InputException;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of settings, read strictly: every getter checks type and range and names file and
 * key when it complains. It remembers which keys were asked for, so that the rest can be reported.
 * Not thread-safe.
 */
public final class Config {
  /** Far above any real configuration file; keeps a hostile one from filling memory. */
  private static final int MAX_BYTES = 16 << 20;

  /** The configuration of a folder of Docling's table model, which has no config.json. */
  public static final String TABLE_MODEL = "tm_config.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final String origin;
  private final ObjectNode node;
  private final Set<String> readKeys = new LinkedHashSet<>();

  /** Objects inside that were asked for, by their place: a key, or a key and a number. */
  private final Map<String, Config> inner = new LinkedHashMap<>();

  private Config(String origin, ObjectNode node) {
    this.origin = origin;
    this.node = node;
  }

  /** Wraps an object already parsed; {@code origin} names it in error messages. */
  public static Config of(String origin, ObjectNode node) {
    return new Config(origin, node);
  }

  /**
   * Reads a JSON file that holds one object.
   *
   * @throws InputException when it is missing, too large, or not a JSON object
   */
  public static Config read(Path file) {
    try {
      JsonNode root =
          MAPPER.readTree(RegularFile.read(file, MAX_BYTES, "give a configuration file"));
      if (root instanceof ObjectNode object) {
        return new Config(file.toString(), object);
      }
      throw new InputException(file.toString(), "is not a JSON object", "check the file");
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /**
   * What a model folder says of how inputs are prepared: an object of {@code
   * processor_config.json}, else {@code preprocessor_config.json}; empty where there is neither.
   *
   * @param key of the object
   */
  public static Optional<Config> ofProcessor(Path folder, String key) {
    Path nested = folder.resolve("processor_config.json");
    if (Files.exists(nested)) {
      Config config = read(nested);
      if (config.node.get(key) instanceof ObjectNode) {
        return Optional.of(config.object(key));
      }
    }
    Path file = folder.resolve("preprocessor_config.json");
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * What to throw when a JSON file could not be read: whether its content or its access is at
   * fault, and in which line.
   *
   * @param origin what the message calls the file
   */
  public static InputException unreadable(String origin, IOException cause) {
    return switch (cause) {
      case JsonProcessingException e -> notJson(origin, placed(JsonFault.of(e)));
      case CharConversionException e -> notJson(origin, String.valueOf(e.getMessage()));
      default ->
          new InputException(
              origin,
              "cannot be read (" + IoReason.of(cause) + ")",
              "check that it is there and may be read");
    };
  }

  private static String placed(JsonFault fault) {
    return fault.line() == 0 ? fault.reason() : "line " + fault.line() + ": " + fault.reason();
  }

  private static InputException notJson(String origin, String reason) {
    return new InputException(origin, "is not JSON (" + reason + ")", "mend or fetch it again");
  }

  /** Whether the key is there and not {@code null}. */
  public boolean has(String key) {
    readKeys.add(key);
    return node.hasNonNull(key);
  }

  /** A required whole number within {@code min..max}. */
  public int integer(String key, int min, int max) {
    return check(key, required(key), min, max);
  }

  /** A whole number within {@code min..max}, {@code fallback} when absent. */
  public int integer(String key, int fallback, int min, int max) {
    return has(key) ? check(key, node.get(key), min, max) : fallback;
  }

  /** A number, {@code fallback} when absent; refused where a double cannot hold it. */
  public double number(String key, double fallback) {
    if (!has(key)) {
      return fallback;
    }
    double value = node.get(key).doubleValue();
    require(node.get(key).isNumber() && Double.isFinite(value), key, "must be a number");
    return value;
  }

  public boolean flag(String key, boolean fallback) {
    if (!has(key)) {
      return fallback;
    }
    require(node.get(key).isBoolean(), key, "must be true or false");
    return node.get(key).booleanValue();
  }

  public String text(String key) {
    JsonNode value = required(key);
    require(value.isTextual(), key, "must be a text");
    return value.textValue();
  }

  public String text(String key, String fallback) {
    return has(key) ? text(key) : fallback;
  }

  /** Whole numbers within {@code min..max}; one counts as a list of one; empty when absent. */
  public List<Integer> integers(String key, int min, int max) {
    return list(key, item -> check(key, item, min, max));
  }

  public Config object(String key) {
    if (required(key) instanceof ObjectNode object) {
      return inner(key, key, object);
    }
    throw wrong(key, "must be an object");
  }

  /** The values of all keys but a few, as Java has them: Booleans, numbers, texts, lists. */
  public Map<String, Object> values(Collection<String> except) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      if (!except.contains(key) && !key.startsWith("_") && has(key)) {
        values.put(key, MAPPER.convertValue(entry.getValue(), Object.class));
      }
    }
    return values;
  }

  public List<Config> objects(String key) {
    JsonNode value = required(key);
    require(value.isArray(), key, "must be a list of objects");
    List<Config> list = new ArrayList<>();
    for (JsonNode item : value) {
      if (!(item instanceof ObjectNode object)) {
        throw wrong(key, "must be a list of objects");
      }
      list.add(inner(key + "[" + list.size() + "]", key, object));
    }
    return list;
  }

  private Config inner(String place, String key, ObjectNode object) {
    return inner.computeIfAbsent(place, absent -> new Config(origin + ": " + key, object));
  }

  /** A list of texts; one text counts as a list of one; empty when absent. */
  public List<String> texts(String key) {
    return list(
        key,
        item -> {
          require(item.isTextual(), key, "must be a list of texts");
          return item.textValue();
        });
  }

  /** A list of true and false; one of them counts as a list of one; empty when absent. */
  public List<Boolean> flags(String key) {
    return list(
        key,
        item -> {
          require(item.isBoolean(), key, "must be a list of true and false");
          return item.booleanValue();
        });
  }

  private <T> List<T> list(String key, Function<JsonNode, T> read) {
    if (!has(key)) {
      return List.of();
    }
    JsonNode value = node.get(key);
    return (value.isArray() ? value.valueStream() : Stream.of(value)).map(read).toList();
  }

  /**
   * Refuses keys that have no meaning here: a misspelt setting would go unnoticed. Keys that begin
   * with an underscore are notes.
   *
   * @param known all that have one
   */
  public void requireKnown(List<String> known) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      if (!known.contains(key) && !key.startsWith("_")) {
        String meant = Spelling.nearest(key, known);
        String choose = meant == null ? "choose" : "did you mean " + meant + "? Choose";
        throw new InputException(
            origin + ": " + key,
            "there is no such setting",
            choose + " among " + String.join(", ", known));
      }
    }
  }

  /** Refuses a setting whose value would change results and is not supported. */
  public void requireText(String key, String only) {
    require(text(key, only).equals(only), key, "is supported with the value \"" + only + "\" only");
  }

  /** Refuses a setting whose value would change results and is not supported. */
  public void requireFlag(String key, boolean only) {
    require(flag(key, only) == only, key, "is supported with the value " + only + " only");
  }

  /** Throws what {@link #wrong} returns where a condition on the value does not hold. */
  public void require(boolean holds, String key, String why) {
    if (!holds) {
      throw wrong(key, why);
    }
  }

  public InputException wrong(String key, String why) {
    JsonNode value = node.get(key);
    return new InputException(
        origin + ": " + key,
        (value == null ? "is missing and " : "is " + shorten(value.toString()) + " but ") + why,
        "use a model of a supported kind");
  }

  /** Keys that were never asked for, in file order; those of objects inside as OBJECT.KEY. */
  public List<String> ignoredKeys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    keys.removeAll(readKeys);
    inner.forEach(
        (place, config) -> config.ignoredKeys().forEach(key -> keys.add(place + "." + key)));
    return keys;
  }

  /** The object itself, for writing it elsewhere; changes to it are seen here. */
  public ObjectNode json() {
    return node;
  }

  /** Where these settings come from, for messages. */
  public String origin() {
    return origin;
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw lacks(key);
    }
    return node.get(key);
  }

  public InputException lacks(String key) {
    return new InputException(
        origin, "lacks \"" + key + "\"", "give the complete file of the model");
  }

  private int check(String key, @Nullable JsonNode value, int min, int max) {
    if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, "must be a whole number");
    }
    int number = value.intValue();
    require(number >= min && number <= max, key, "must be within " + min + ".." + max);
    return number;
  }

  private static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
