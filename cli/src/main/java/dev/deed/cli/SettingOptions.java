package dev.deed.cli;

import dev.deed.value.Setting;
import dev.deed.value.SettingType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** An option for each setting of a table that the command line has: a section of the help. */
final class SettingOptions {
  private final Map<Setting<?>, OptionSpec> options = new LinkedHashMap<>();

  SettingOptions(List<? extends Setting<?>> table) {
    for (Setting<?> setting : table) {
      if (setting.isOption()) {
        options.put(setting, SettingOption.of(setting, setting.option()));
      }
    }
  }

  /**
   * @param heading of the section
   */
  void addTo(CommandSpec command, String heading) {
    if (!options.isEmpty()) {
      ArgGroupSpec.Builder section =
          ArgGroupSpec.builder().validate(false).heading("%n" + heading + ":%n");
      options.values().forEach(section::addArg);
      command.addArgGroup(section.build());
    }
  }

  /**
   * What was given, by the names of the settings, as JSON holds it.
   *
   * @throws dev.deed.value.InputException when one is none of its setting
   */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Setting<?> setting : options.keySet()) {
      Object value = value(setting);
      if (value != null) {
        values.put(setting.name(), value);
      }
    }
    return values;
  }

  /** What was given of one; null: nothing. */
  @Nullable Object value(Setting<?> setting) {
    OptionSpec option = options.get(setting);
    Object given = option == null ? null : option.getValue();
    return switch (given) {
      case null -> null;
      case List<?> list when setting.type() instanceof SettingType.Texts -> list;
      // Given again, they go on.
      case List<?> list -> SettingOption.value(setting, String.join(",", texts(list)));
      default -> SettingOption.value(setting, given.toString());
    };
  }

  private static List<String> texts(List<?> list) {
    return list.stream().map(String::valueOf).toList();
  }
}
