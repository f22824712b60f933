package dev.deed.value;

/**
 * Text of others, such as the name of a file or of a tensor, as part of a line that a terminal
 * shows: what would break the line, move the cursor or turn the direction of writing is spelled
 * out, and what is long is cut in the middle.
 */
public final class OneLine {
  /** Most characters of a part. */
  public static final int LONGEST = 500;

  private static final String ELLIPSIS = "…";
  private static final int TAIL = 160;

  private OneLine() {}

  /**
   * {@return a text on one line, of at most {@value #LONGEST} characters}
   *
   * @param text of any length
   */
  public static String of(String text) {
    return cut(spelledOut(cut(text)));
  }

  private static String spelledOut(String text) {
    if (text.codePoints().noneMatch(OneLine::isOdd)) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                  if (isOdd(c)) {
                    line.append("\\u%04x".formatted(c));
                  } else {
                    line.appendCodePoint(c);
                  }
                }
              }
            });
    return line.toString();
  }

  /** Controls, separators of lines, marks of direction and halves of characters. */
  private static boolean isOdd(int c) {
    return Character.isISOControl(c)
        || c >= 0x2028 && c <= 0x202e
        || c == 0x200e
        || c == 0x200f
        || c >= 0x2066 && c <= 0x2069
        || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int head = LONGEST - TAIL - ELLIPSIS.length();
    int tail = text.length() - TAIL;
    // Never through the middle of a character.
    head -= Character.isHighSurrogate(text.charAt(head - 1)) ? 1 : 0;
    tail += Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
    return text.substring(0, head) + ELLIPSIS + text.substring(tail);
  }
}
