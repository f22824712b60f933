package dev.deed.value;

import java.util.List;

/**
 * A setting that a request may state: its names, what values it takes, and what it does. Immutable.
 *
 * <p>The tables {@link ExitSetting#ALL} and {@link GenerationSetting#ALL} hold those of every
 * request, the table of a task its own. Options of the command line with their help, checks of what
 * callers state, the HTTP description and the tables of the documentation are loops over these, so
 * a new setting is an entry and its use.
 *
 * @param <T> type of its values
 */
public abstract sealed class Setting<T> permits ExitSetting, GenerationSetting, TaskSetting {
  private final String name;
  private final SettingType<T> type;
  private final String help;
  private final List<String> oldNames;

  Setting(String name, SettingType<T> type, String help, List<String> oldNames) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.oldNames = oldNames;
  }

  /** {@return its name in JSON and in Java, at every door} */
  public final String name() {
    return name;
  }

  /** {@return its name on the command line, such as {@code --min-layer}} */
  public String option() {
    return option(name);
  }

  /**
   * {@return the option of a name: with hyphens for its underscores}
   *
   * @param name of a setting
   */
  public static String option(String name) {
    return "--" + name.replace('_', '-');
  }

  /** {@return whether the command line has it: lists and tokens are for JSON alone} */
  public final boolean isOption() {
    return !(type instanceof SettingType.Json || type instanceof SettingType.Token);
  }

  /** {@return names that it had before, which every door reads} */
  public final List<String> oldNames() {
    return oldNames;
  }

  /** {@return what values it takes} */
  public final SettingType<T> type() {
    return type;
  }

  /** {@return one sentence on what it does, with its default} */
  public final String help() {
    return help;
  }

  @Override
  public final String toString() {
    return name;
  }
}
