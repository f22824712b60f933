package dev.deed.processing.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a text into lines as Python's {@code textwrap.wrap} does: at white space, after hyphens
 * within words, around dashes, and within words that are longer than a line.
 */
final class LineBreaks {
  private static final int TAB = 8;

  private final int[] text;

  private LineBreaks(int[] text) {
    this.text = text;
  }

  /**
   * @param width most characters of a line, at least 1
   */
  static List<String> wrap(String text, int width) {
    List<String> pieces = new LineBreaks(flatten(text)).pieces();
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
        int end = word.offsetByCodePoints(0, cut(word, room));
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
    int[] points = word.codePoints().toArray();
    for (int i = room - 1; i > 0; i--) {
      if (points[i] == '-') {
        for (int before = 0; before < i; before++) {
          if (points[before] != '-') {
            return i + 1;
          }
        }
      }
    }
    return room;
  }

  /** Tabs become spaces up to the next stop, other white space of ASCII becomes a space. */
  private static int[] flatten(String text) {
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
    return flat.codePoints().toArray();
  }

  /** White space, dashes and words or their hyphenated parts: a line may end after each. */
  private List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (start < text.length) {
      int end = start + 1;
      if (text[start] == ' ') {
        while (end < text.length && text[end] == ' ') {
          end++;
        }
      } else if (startsDash(start)) {
        while (text[end] == '-') {
          end++;
        }
      } else {
        while (!endsWord(end) && !(end - start > 1 && isHyphenated(end))) {
          end++;
        }
      }
      pieces.add(new String(text, start, end - start));
      start = end;
    }
    return pieces;
  }

  private boolean endsWord(int at) {
    return at == text.length || text[at] == ' ' || startsDash(at);
  }

  /** Whether two or more hyphens between words start here. */
  private boolean startsDash(int at) {
    int end = at;
    while (end < text.length && text[end] == '-') {
      end++;
    }
    return end - at >= 2
        && at > 0
        && (isWord(at - 1) || "!\"'&.,?".indexOf(text[at - 1]) >= 0)
        && isWord(end);
  }

  /** Whether a hyphen that joins parts of a word ends here. */
  private boolean isHyphenated(int at) {
    boolean behind =
        isLetter(at - 2) && (isLetter(at - 3) || (is('-', at - 3) && isLetter(at - 4)));
    boolean ahead = isLetter(at) && (isLetter(at + 1) || (is('-', at + 1) && isLetter(at + 2)));
    return is('-', at - 1) && behind && ahead;
  }

  private boolean is(int codePoint, int at) {
    return at >= 0 && at < text.length && text[at] == codePoint;
  }

  private boolean isWord(int at) {
    return isLetter(at) || (at >= 0 && at < text.length && Character.isDigit(text[at]));
  }

  /** Letters as Python's {@code re} counts them: also numerals that are no digits, and '_'. */
  private boolean isLetter(int at) {
    if (at < 0 || at >= text.length) {
      return false;
    }
    int type = Character.getType(text[at]);
    return Character.isLetter(text[at])
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || text[at] == '_';
  }

  private static boolean isBlank(String piece) {
    return piece.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private static int length(String piece) {
    return piece.codePointCount(0, piece.length());
  }
}
