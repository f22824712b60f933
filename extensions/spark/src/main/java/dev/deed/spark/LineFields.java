package dev.deed.spark;

import dev.deed.data.InputLine;
import dev.deed.data.TaskType;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import dev.deed.value.SettingType;
import dev.deed.value.TaskSetting;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The fields of lines, of all tasks. */
final class LineFields {
  /** Those that are the bytes of a file. */
  static final Set<String> FILES = Set.of(InputLine.IMAGE, InputLine.AUDIO);

  /** What every line may have. */
  private static final Set<String> COMMON = Set.of("generation", "exits");

  private static final List<TaskType> TYPES = TaskType.all();

  private LineFields() {}

  /** The names of all, in alphabetical order. */
  static Set<String> all() {
    Set<String> all = new TreeSet<>(COMMON);
    TYPES.forEach(type -> all.addAll(type.fields()));
    return all;
  }

  /** Whether a field is a text. */
  static boolean isText(String field) {
    return InputLine.TEXTS.contains(field)
        || TYPES.stream()
            .flatMap(type -> type.settings().stream())
            .anyMatch(setting -> setting.name().equals(field) && isText(setting));
  }

  private static boolean isText(TaskSetting<?, ?> setting) {
    return setting.type() instanceof SettingType.Text
        || setting.type() instanceof SettingType.Choice<?>;
  }

  /** Whether an option of all rows is a field; those of generation have the same name for all. */
  static boolean isOption(String name) {
    GenerationSetting<?> setting = GenerationSetting.named(name);
    return all().contains(name)
        && !FILES.contains(name)
        && (setting == null || setting.type() instanceof SettingType.Json);
  }

  /** Those of some fields that only some tasks read. */
  static Set<String> special(Collection<String> fields) {
    Set<String> special = new HashSet<>(fields);
    special.removeAll(COMMON);
    return special;
  }

  /**
   * @throws InputException when a field is unknown, or no task reads all of them
   */
  static void requireTogether(Collection<String> given) {
    Set<String> all = all();
    for (String field : given) {
      InputException.require(
          all.contains(field),
          "input " + field,
          "is no field of a line",
          "choose among " + String.join(", ", all));
    }
    Set<String> special = special(given);
    InputException.require(
        TYPES.stream().anyMatch(type -> type.fields().containsAll(special)),
        "inputs " + String.join(", ", new TreeSet<>(given)),
        "are not read together",
        "take those of one task: "
            + TYPES.stream()
                .map(
                    type -> type.name() + " has " + String.join(", ", new TreeSet<>(type.fields())))
                .collect(Collectors.joining("; ")));
  }
}
