package dev.deed.processing.image;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Breaks a text into lines as Python's {@code textwrap.wrap} does: at white space, after hyphens
 * within words, around dashes, and within words that are longer than a line.
 */
final class LineBreaks {
  private static final int TAB = 8;

  /**
   * Letters as Python's {@code re} counts them: also numerals that are no digits, and '_'. Where a
   * pattern has a character beyond the basic plane, Java looks behind by code points.
   */
  private static final String LETTER = "[\\p{L}\\p{Nl}\\p{No}_𝒜]";

  private static final String WORD = "[\\p{L}\\p{N}_𝒜]";

  /** Two or more hyphens between words. */
  private static final String DASH = "(?<=" + WORD + "|[!\"'&.,?])-{2,}(?=" + WORD + ")";

  /** A hyphen that joins parts of a word. */
  private static final String HYPHEN = "-(?<=%1$s{2}-|%1$s-%1$s-)(?=%1$s-?%1$s)".formatted(LETTER);

  /** White space, dashes and words or their hyphenated parts: a line may end after each. */
  private static final Pattern PIECE =
      Pattern.compile(" +|" + DASH + "|[^ ]+?(?:" + HYPHEN + "|(?= |\\z|" + DASH + "))");

  private LineBreaks() {}

  /** Lines of at most {@code width} characters, which is at least 1. */
  static List<String> wrap(String text, int width) {
    List<String> pieces = new ArrayList<>();
    PIECE.matcher(flatten(text)).results().forEach(piece -> pieces.add(piece.group()));
    List<String> lines = new ArrayList<>();
    int next = 0;
    while (next < pieces.size()) {
      if (isBlank(pieces.get(next)) && !lines.isEmpty()) {
        next++;
      }
      List<String> line = new ArrayList<>();
      int room = width;
      while (next < pieces.size() && length(pieces.get(next)) <= room) {
        room -= length(pieces.get(next));
        line.add(pieces.get(next++));
      }
      if (next < pieces.size() && length(pieces.get(next)) > width) {
        String word = pieces.get(next);
        int end = cut(word, word.offsetByCodePoints(0, room));
        line.add(word.substring(0, end));
        pieces.set(next, word.substring(end));
      }
      if (!line.isEmpty() && isBlank(line.getLast())) {
        line.removeLast();
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
    return lines;
  }

  /** Where a word that is longer than a line is cut: after a hyphen if one is in reach. */
  private static int cut(String word, int room) {
    int hyphen = word.lastIndexOf('-', room - 1);
    boolean isInside = hyphen > 0 && word.substring(0, hyphen).chars().anyMatch(c -> c != '-');
    return isInside ? hyphen + 1 : room;
  }

  /** Tabs become spaces up to the next stop, other white space of ASCII becomes a space. */
  private static String flatten(String text) {
    StringBuilder flat = new StringBuilder();
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\t') {
        int spaces = TAB - column % TAB;
        flat.repeat(' ', spaces);
        column += spaces;
      } else {
        flat.append(c == '\n' || c == '\u000b' || c == '\f' || c == '\r' ? ' ' : c);
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
      }
    }
    return flat.toString();
  }

  private static boolean isBlank(String piece) {
    return piece.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private static int length(String piece) {
    return piece.codePointCount(0, piece.length());
  }
}
