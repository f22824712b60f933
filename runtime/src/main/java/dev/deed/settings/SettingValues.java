package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to generation settings. A setting that is there with the value null was switched
 * off, which differs from not being there where the default does something.
 *
 * @param vocabulary number of tokens of the decoder
 */
record SettingValues(ObjectNode settings, int vocabulary) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Whether the setting is there and not null. */
  boolean has(GenerationSetting<?> setting) {
    return settings.hasNonNull(setting.name());
  }

  /** Whether the setting is there and null. */
  boolean isOff(GenerationSetting<?> setting) {
    return settings.has(setting.name()) && !has(setting);
  }

  /** The value of a setting; the fallback where it is absent or off. */
  <T> T get(GenerationSetting<T> setting, T fallback) {
    JsonNode value = value(setting);
    return value == null ? fallback : of(setting, setting.type(), value);
  }

  /** A number within other bounds than those of callers. */
  double number(GenerationSetting<Double> setting, double fallback, double least, double most) {
    JsonNode value = value(setting);
    return value == null ? fallback : of(setting, new SettingType.Decimal(least, most), value);
  }

  private <T> T of(GenerationSetting<?> setting, SettingType<T> type, JsonNode value) {
    T found = type.of(MAPPER.convertValue(value, Object.class));
    if (found == null) {
      throw wrong(setting, "must be " + type.range());
    }
    return found;
  }

  /** Checks the value of a setting as far as its type says what it may be. */
  void check(GenerationSetting<?> setting) {
    JsonNode value = value(setting);
    if (setting.type() instanceof SettingType.Token) {
      token(setting);
    } else if (value != null) {
      Object _ = of(setting, setting.type(), value);
    }
  }

  /** A token; null when the setting is absent or off. */
  @Nullable Integer token(GenerationSetting<?> setting) {
    JsonNode value = value(setting);
    return value == null ? null : (Integer) token(setting, value);
  }

  /** A token or a list of them; empty when the setting is absent or off. */
  List<Integer> tokens(GenerationSetting<?> setting) {
    JsonNode value = value(setting);
    if (value == null) {
      return List.of();
    }
    return value.isArray() ? tokens(setting, value) : List.of(token(setting, value));
  }

  /** A list of token sequences, none of them empty; empty when the setting is absent or off. */
  List<List<Integer>> sequences(GenerationSetting<?> setting) {
    List<List<Integer>> sequences = new ArrayList<>();
    for (JsonNode item : list(setting)) {
      require(item.isArray() && !item.isEmpty(), setting, "must be a list of lists of tokens");
      sequences.add(tokens(setting, item));
    }
    return sequences;
  }

  /** The items of a list; empty when the setting is absent or off. */
  List<JsonNode> list(GenerationSetting<?> setting) {
    JsonNode value = value(setting);
    require(value == null || value.isArray(), setting, "must be a list");
    return value == null ? List.of() : value.valueStream().toList();
  }

  List<Integer> tokens(GenerationSetting<?> setting, JsonNode array) {
    return array.valueStream().map(item -> token(setting, item)).toList();
  }

  int token(GenerationSetting<?> setting, JsonNode value) {
    return integer(setting, value, 0, vocabulary - 1);
  }

  int integer(GenerationSetting<?> setting, JsonNode value, int least, int most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(setting, "must be a whole number within " + least + ".." + most);
    }
    return value.intValue();
  }

  @Nullable JsonNode value(GenerationSetting<?> setting) {
    return has(setting) ? settings.get(setting.name()) : null;
  }

  void require(boolean holds, GenerationSetting<?> setting, String why) {
    if (!holds) {
      throw wrong(setting, why);
    }
  }

  InputException wrong(GenerationSetting<?> setting, String why) {
    return SettingNames.wrong(
        setting.name(),
        "is " + shorten(settings.path(setting.name())) + " but " + why,
        "correct it in the options, the line or generation_config.json");
  }

  static String shorten(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
