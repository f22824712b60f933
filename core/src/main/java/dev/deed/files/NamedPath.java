package dev.deed.files;

import dev.deed.value.InputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text of others as a path. Not every text is one: no path holds a NUL, a JVM in a locale such as C
 * cannot name a file with an umlaut, and who gives an address expects that it is fetched.
 */
public final class NamedPath {
  private static final String UTF_8 = "UTF-8";

  /** A scheme has two letters or more: one is a drive of Windows. */
  private static final Pattern ADDRESS =
      Pattern.compile("[a-z][a-z0-9+.-]+://|data:[a-z]+/", Pattern.CASE_INSENSITIVE);

  private NamedPath() {}

  /**
   * The path that a text names.
   *
   * @param what what the message calls it, such as {@code --input}
   * @throws InputException when there is no such path on this system, in this locale, or the text
   *     is an address
   */
  public static Path of(String what, String text) {
    return in(Path.of(""), what, text);
  }

  /** The same, with a relative path starting from a folder. */
  public static Path in(Path folder, String what, String text) {
    InputException.require(
        !ADDRESS.matcher(text).lookingAt(),
        what,
        "is an address, and nothing is fetched or sent",
        "give a path of this machine");
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw wrong(what, e, System.getProperty("sun.jnu.encoding"));
    }
  }

  /**
   * @param encoding of the names of files, which comes from the locale; null when not known
   */
  static InputException wrong(String what, InvalidPathException e, @Nullable String encoding) {
    boolean foreign = e.getInput().chars().anyMatch(c -> c > '~');
    if (foreign && encoding != null && !encoding.equals(UTF_8)) {
      return new InputException(
          what,
          "cannot be a path in this locale, whose names of files are in " + encoding,
          "start the JVM in one of UTF-8, for instance with LC_ALL=C.UTF-8");
    }
    return new InputException(
        what, "is not a path (" + e.getReason() + ")", "give one that this system can have");
  }
}
