package dev.deed.evaluation;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splitting into characters (code points), and at white space as Python's {@code str.split()} does,
 * which the reference implementations build on.
 */
final class Words {
  /** Unicode's white space and the four separators U+001C…1F, which only Python counts in. */
  private static final Pattern WHITE_SPACE = Pattern.compile("[\\p{IsWhite_Space}\\x1c-\\x1f]+");

  private static final Pattern TRAILING = Pattern.compile("[\\p{IsWhite_Space}\\x1c-\\x1f]+$");

  private Words() {}

  static List<String> of(String text) {
    return WHITE_SPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  static List<Integer> characters(String text) {
    return text.codePoints().boxed().toList();
  }

  /** As Python's {@code rstrip}. */
  static String withoutTrailingSpace(String text) {
    return TRAILING.matcher(text).replaceFirst("");
  }

  /** As Python's {@code strip}. */
  static String stripped(String text) {
    String right = withoutTrailingSpace(text);
    Matcher space = WHITE_SPACE.matcher(right);
    return space.lookingAt() ? right.substring(space.end()) : right;
  }
}
