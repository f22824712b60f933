package dev.deed.settings;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to generation settings. A setting that is there with the value null was switched
 * off, which differs from not being there where the default does something.
 *
 * @param vocabulary number of tokens of the decoder
 */
record SettingValues(Map<String, @Nullable Object> settings, int vocabulary) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Whether the setting is there and not null. */
  boolean has(GenerationSetting<?> setting) {
    return value(setting) != null;
  }

  /** Whether the setting is there and null. */
  boolean isOff(GenerationSetting<?> setting) {
    return settings.containsKey(setting.name()) && !has(setting);
  }

  /** The value of a setting; the fallback where it is absent or off. */
  <T> T get(GenerationSetting<T> setting, T fallback) {
    Object value = value(setting);
    return value == null ? fallback : of(setting, setting.type(), value);
  }

  /** A number within other bounds than those of callers. */
  double number(GenerationSetting<Double> setting, double fallback, double least, double most) {
    Object value = value(setting);
    return value == null ? fallback : of(setting, new SettingType.Decimal(least, most), value);
  }

  private <T> T of(GenerationSetting<?> setting, SettingType<T> type, Object value) {
    T found = type.of(value);
    if (found == null) {
      throw wrong(setting, "must be " + type.range());
    }
    return found;
  }

  /** Checks the value of a setting as far as its type says what it may be. */
  void check(GenerationSetting<?> setting) {
    Object value = value(setting);
    if (setting.type() instanceof SettingType.Token) {
      token(setting);
    } else if (value != null) {
      Object _ = of(setting, setting.type(), value);
    }
  }

  /** A token; null when the setting is absent or off. */
  @Nullable Integer token(GenerationSetting<?> setting) {
    Object value = value(setting);
    return value == null ? null : (Integer) token(setting, value);
  }

  /** A token or a list of them; empty when the setting is absent or off. */
  List<Integer> tokens(GenerationSetting<?> setting) {
    Object value = value(setting);
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> list ? tokens(setting, list) : List.of(token(setting, value));
  }

  /** A list of token sequences, none of them empty; empty when the setting is absent or off. */
  List<List<Integer>> sequences(GenerationSetting<?> setting) {
    List<List<Integer>> sequences = new ArrayList<>();
    for (Object item : list(setting)) {
      if (!(item instanceof List<?> tokens) || tokens.isEmpty()) {
        throw wrong(setting, "must be a list of lists of tokens");
      }
      sequences.add(tokens(setting, tokens));
    }
    return sequences;
  }

  /** The items of a list; empty when the setting is absent or off. */
  List<?> list(GenerationSetting<?> setting) {
    Object value = value(setting);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(setting, "must be a list");
    }
    return list;
  }

  List<Integer> tokens(GenerationSetting<?> setting, List<?> list) {
    List<Integer> tokens = new ArrayList<>();
    list.forEach(item -> tokens.add(token(setting, item)));
    return tokens;
  }

  int token(GenerationSetting<?> setting, @Nullable Object value) {
    return integer(setting, value, 0, vocabulary - 1);
  }

  int integer(GenerationSetting<?> setting, @Nullable Object value, int least, int most) {
    Integer found = value == null ? null : new SettingType.Whole(least, most).of(value);
    if (found == null) {
      throw wrong(setting, "must be a whole number within " + least + ".." + most);
    }
    return found;
  }

  @Nullable Object value(GenerationSetting<?> setting) {
    return settings.get(setting.name());
  }

  void require(boolean holds, GenerationSetting<?> setting, String why) {
    if (!holds) {
      throw wrong(setting, why);
    }
  }

  InputException wrong(GenerationSetting<?> setting, String why) {
    return SettingNames.wrong(
        setting.name(),
        "is " + shorten(value(setting)) + " but " + why,
        "correct it in the options, the line or generation_config.json");
  }

  /** A value as JSON has it, or its beginning. */
  static String shorten(@Nullable Object value) {
    String text = MAPPER.valueToTree(value).toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
