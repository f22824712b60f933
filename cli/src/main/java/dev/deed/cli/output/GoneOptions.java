package dev.deed.cli.output;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options that are gone, for one version, and what to take in their place. */
final class GoneOptions {
  private static final String LINES =
      "deed generate --input FILE --output FILE --resume answers many lines";

  private static final Map<String, String> INSTEAD =
      Map.of("deed serve --files", LINES, "deed serve --files-quota", LINES);

  private GoneOptions() {}

  /**
   * What to take in the place of an argument; null for one that never was an option.
   *
   * @param command as its help names it
   */
  static @Nullable String instead(String command, String argument) {
    return INSTEAD.get(command + " " + name(argument));
  }

  /** An option without its value. */
  static String name(String argument) {
    return argument.split("=", 2)[0];
  }
}
