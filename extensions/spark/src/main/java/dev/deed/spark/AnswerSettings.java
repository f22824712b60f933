package dev.deed.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.data.Fields;
import dev.deed.data.JsonValues;
import dev.deed.data.LineOptions;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transformer tells its tasks. Immutable.
 *
 * @param model as the user names it; each executor finds it for itself
 * @param maxRows sequences that an executor decodes at a time
 * @param options settings and fields of all rows, an object as JSON
 * @param invalid what becomes of a row that cannot be answered
 */
record AnswerSettings(String model, int maxRows, String options, Invalid invalid)
    implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PRECISION = "precision";

  /** The precision that is chosen for the processor of each executor. */
  private static final String FASTEST = "auto";

  /** What becomes of a row that cannot be answered. */
  enum Invalid {
    /** The task fails and names the row. */
    ERROR,
    /** The row stays; its answer has an error and nothing else. */
    KEEP,
    /** The row is left out. */
    SKIP;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static List<String> labels() {
      return Arrays.stream(values()).map(Invalid::label).toList();
    }
  }

  /**
   * The options, sorted by who reads them.
   *
   * @param precision label of how weights are held, or {@value #FASTEST}; null: as they are stored
   * @param lines how to generate for rows that do not say
   * @param fields of each row that has none of its own
   */
  record Options(@Nullable String precision, LineOptions lines, ObjectNode fields) {
    /** How weights are held on this machine; null: as they are stored. */
    @Nullable WeightPrecision precision(Path folder) {
      return FASTEST.equals(precision)
          ? OpenOptions.defaults().withFastestPrecision(folder).precision()
          : named(precision);
    }
  }

  /**
   * Reads an object of options.
   *
   * @throws InputException when it is none, or holds what is no option
   */
  static ObjectNode object(String json) {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new InputException("options", "are not JSON: " + e.getOriginalMessage(), "correct it");
    }
    throw new InputException("options", "are no JSON object", "give {\"NAME\": VALUE}");
  }

  Options parsed() {
    return parse(object(options));
  }

  /**
   * Checks options and sorts them.
   *
   * @throws InputException when one is unknown, or has a wrong value
   */
  static Options parse(ObjectNode json) {
    Fields given = new Fields("options", "", json);
    String precision = given.text(PRECISION);
    given.require(
        precision == null || precision.equals(FASTEST) || named(precision) != null,
        PRECISION,
        String.join(", ", precisions()));
    ObjectNode exits = MAPPER.createObjectNode();
    ObjectNode generation = MAPPER.createObjectNode();
    ObjectNode fields = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> other : given.others().entrySet()) {
      String name = other.getKey();
      place(name, exits, generation, fields).set(name, other.getValue());
    }
    LineOptions.settings(new Fields("options", "", fields));
    LineFields.requireTogether(fields.propertyStream().map(Map.Entry::getKey).toList());
    Map<String, @Nullable Object> settings = JsonValues.of(generation);
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(ExitSettings.of("options ", JsonValues.of(exits)))
            .withSettings(settings);
    settings.forEach(
        (name, value) -> {
          GenerationSetting<?> setting = GenerationSetting.named(name);
          if (setting != null && value != null) {
            InputException.require(
                setting.type().of(value) != null,
                "option " + name,
                "is not " + setting.type().range(),
                "correct it or leave it out");
          }
        });
    return new Options(precision, new LineOptions(options), fields);
  }

  private static ObjectNode place(
      String name, ObjectNode exits, ObjectNode generation, ObjectNode fields) {
    if (LineFields.isOption(name)) {
      return fields;
    }
    if (ExitSetting.named(name) != null) {
      return exits;
    }
    InputException.require(
        GenerationOptions.isSetting(name),
        "option " + name,
        "is unknown",
        "give settings of generation or exits, precision, stop, or fields of a line");
    return generation;
  }

  private static @Nullable WeightPrecision named(@Nullable String label) {
    return Arrays.stream(WeightPrecision.values())
        .filter(precision -> precision.label().equals(label))
        .findFirst()
        .orElse(null);
  }

  private static List<String> precisions() {
    List<String> all = new ArrayList<>();
    Arrays.stream(WeightPrecision.values()).map(WeightPrecision::label).forEach(all::add);
    all.add(FASTEST);
    return all;
  }
}
