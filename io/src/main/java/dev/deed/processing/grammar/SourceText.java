package dev.deed.processing.grammar;

import dev.deed.value.InputException;
import java.util.stream.IntStream;

/** A text that somebody wrote, read from its beginning to its end. Belongs to one thread. */
final class SourceText {
  /** What a parser calls itself for, at most. */
  static final int DEEPEST = 200;

  static final int END = -1;

  private static final int MOST_DIGITS = 9;

  private final String kind;
  private final int[] text;
  private int at;
  private int depth;

  /**
   * @param kind of constraint, for errors
   */
  SourceText(String kind, String text) {
    this.kind = kind;
    this.text = text.codePoints().toArray();
  }

  int peek() {
    return peek(0);
  }

  int peek(int ahead) {
    return at + ahead < text.length ? text[at + ahead] : END;
  }

  /** The next character, which is read. */
  int next() {
    return at < text.length ? text[at++] : END;
  }

  /** Reads a text if it comes next; whether it did. */
  boolean take(String expected) {
    boolean is = IntStream.range(0, expected.length()).allMatch(i -> peek(i) == expected.charAt(i));
    at += is ? expected.length() : 0;
    return is;
  }

  void require(String expected) {
    require(take(expected), "lacks " + expected);
  }

  void require(boolean holds, String why) {
    if (!holds) {
      throw wrong(why);
    }
  }

  /** A number in hexadecimal, of so many digits. */
  int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      value = value << 4 | digit;
      require(digit >= 0 && value <= Characters.HIGHEST, "has a bad escape");
      at++;
    }
    return value;
  }

  /** A repetition, {@code * + ?} or {@code {m,n}}, of a part; the part itself where none comes. */
  Syntax repeated(Syntax part) {
    return switch (peek()) {
      case '*' -> repeat(part, 0, Syntax.ANY_NUMBER);
      case '+' -> repeat(part, 1, Syntax.ANY_NUMBER);
      case '?' -> repeat(part, 0, 1);
      case '{' -> counted(part);
      default -> part;
    };
  }

  private Syntax repeat(Syntax part, int least, int most) {
    at++;
    return new Syntax.Repeat(part, least, most);
  }

  private Syntax counted(Syntax part) {
    require("{");
    int least = number();
    int most = least;
    if (take(",")) {
      most = peek() == '}' ? Syntax.ANY_NUMBER : number();
    }
    require("}");
    require(
        most == Syntax.ANY_NUMBER || most >= least,
        "has a repetition whose bounds are out of order");
    return new Syntax.Repeat(part, least, most);
  }

  private int number() {
    int value = 0;
    int digits = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = 10 * value + next() - '0';
      require(++digits <= MOST_DIGITS, "has a repetition with too large a number");
    }
    require(digits > 0, "has a bad repetition");
    return value;
  }

  void enter() {
    require(++depth <= DEEPEST, "is nested deeper than " + DEEPEST);
  }

  void leave() {
    depth--;
  }

  InputException wrong(String why) {
    return Language.wrong(kind, why + " at character " + at, "correct it");
  }
}
