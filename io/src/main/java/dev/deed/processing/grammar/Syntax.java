package dev.deed.processing.grammar;

import java.util.List;

/** A set of texts, as it is written: what all kinds of constraints come to. Immutable. */
sealed interface Syntax {
  /** No bound of a repetition. */
  int ANY_NUMBER = -1;

  Syntax NOTHING = new Sequence(List.of());

  /** Texts of one character. */
  record One(Characters set) implements Syntax {}

  /** Texts of the first part, then of the next. */
  record Sequence(List<Syntax> parts) implements Syntax {}

  /** Texts of any of the parts; of none, no text. */
  record Choice(List<Syntax> parts) implements Syntax {}

  /**
   * Texts of a part, one after the other.
   *
   * @param most how many at most, or {@link #ANY_NUMBER}
   */
  record Repeat(Syntax part, int least, int most) implements Syntax {}

  /** The texts of a rule. */
  record Rule(String name) implements Syntax {}

  static Syntax text(String text) {
    return new Sequence(
        text.codePoints().<Syntax>mapToObj(c -> new One(Characters.of(c))).toList());
  }

  static Syntax sequence(Syntax... parts) {
    return new Sequence(List.of(parts));
  }

  static Syntax choice(Syntax... parts) {
    return new Choice(List.of(parts));
  }

  static Syntax many(Syntax part) {
    return new Repeat(part, 0, ANY_NUMBER);
  }
}
