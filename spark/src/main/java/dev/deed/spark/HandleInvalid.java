package dev.deed.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of a row that cannot be answered. */
enum HandleInvalid {
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
    return Arrays.stream(values()).map(HandleInvalid::label).toList();
  }
}
