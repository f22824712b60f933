package dev.deed.cli;

import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What an option takes from a file, in UTF-8. */
public final class OptionText {
  private OptionText() {}

  /**
   * Reads a file.
   *
   * @param option what the message calls it before the path
   * @param most bytes that it may have
   * @throws InputException when it is longer, or cannot be read
   */
  public static String read(String option, Path file, int most) {
    String what = option + " " + file;
    try {
      return new String(RegularFile.read(what, file, most, "shorten it"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw IoReason.unreadable(what, e);
    }
  }
}
