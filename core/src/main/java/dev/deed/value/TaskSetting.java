package dev.deed.value;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a task beside those of generation and exits, such as the language of a recording: a
 * field of its lines, and an option of its command. A task has a table of its own. Immutable.
 *
 * @param <O> type of the options that it changes
 * @param <T> type of its values
 */
public final class TaskSetting<O, T> extends Setting<T> {
  private final BiFunction<O, T, O> change;

  /**
   * Names a setting.
   *
   * @param name in JSON; with hyphens an option
   * @param type what values it takes
   * @param help one sentence on what it does, with its default
   * @param change gives options with a value
   */
  public TaskSetting(String name, SettingType<T> type, String help, BiFunction<O, T, O> change) {
    super(name, type, help, List.of());
    this.change = change;
  }

  /**
   * {@return options with what is stated of a table's settings}
   *
   * @param table the settings of a task
   * @param options what holds where nothing is stated
   * @param given values by name, as JSON holds them; null for none. Other names are passed over
   * @param <O> type of the options
   * @throws InputException when a value is none of its setting; it names the field
   */
  public static <O> O apply(
      List<TaskSetting<O, ?>> table, O options, Map<String, ? extends @Nullable Object> given) {
    O applied = options;
    for (TaskSetting<O, ?> setting : table) {
      Object value = given.get(setting.name());
      if (value != null) {
        applied = setting.in(applied, value);
      }
    }
    return applied;
  }

  /**
   * {@return options with settings that are stated as texts}
   *
   * @param table the settings of a task
   * @param options what holds where nothing is stated
   * @param given texts by name, with underscores or hyphens
   * @param <O> type of the options
   * @throws InputException when there is no setting of a name, or a text is none of its values; it
   *     names the field
   */
  public static <O> O parse(List<TaskSetting<O, ?>> table, O options, Map<String, String> given) {
    Map<String, Object> values = new HashMap<>();
    given.forEach(
        (name, text) -> {
          TaskSetting<O, ?> setting =
              table.stream()
                  .filter(one -> one.name().equals(name.replace('-', '_')))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          InputException.ofField(
                              name,
                              "is unknown",
                              "choose among "
                                  + table.stream().map(Setting::name).collect(joining(", "))));
          Object value = setting.type().jsonOf(text);
          if (value == null) {
            throw InputException.ofField(name, "is " + text, "give " + setting.type().range());
          }
          values.put(setting.name(), value);
        });
    return apply(table, options, values);
  }

  private O in(O options, Object json) {
    T value = type().of(json);
    if (value == null) {
      throw InputException.ofField(name(), "is " + json, "give " + type().range());
    }
    return change.apply(options, value);
  }
}
