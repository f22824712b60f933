package dev.deed.decode.draft;

import dev.deed.decode.logits.TokenSequence;

/**
 * Where an answer is in a text. Immutable.
 *
 * @param at place of the token that should come next; −1: nowhere
 * @param agreement how many tokens before it are the answer's last, 0…{@value #MOST_AGREEMENT}
 * @param lost tokens of the answer since one was the text's
 */
record Place(int at, int agreement, int lost) {
  static final int MOST_AGREEMENT = 8;
  static final Place NOWHERE = new Place(-1, 0, 0);

  /** Kinds of places, by how much tells for them. */
  static final int KINDS = 7;

  /** Places where as many tokens agree are no chance. */
  static final int CERTAIN = 4;

  /** An expected token that comes says as much as three that were looked for. */
  private static final int FORETOLD = 3;

  /** What should come next, by the text; −1: nothing does. */
  int token(TextLookup text, TokenSequence answer) {
    return at >= 0 && at < text.length(answer) ? text.token(at, answer) : -1;
  }

  /** The place behind the answer's newest token. */
  Place next(TextLookup text, TokenSequence answer) {
    return token(text, answer) == answer.get(answer.length() - 1)
        ? behind()
        : text.find(answer, this);
  }

  /** The place behind it, if the answer says its token. */
  Place behind() {
    int more = agreement == 0 ? FORETOLD : agreement + 1;
    return new Place(at + 1, Math.min(MOST_AGREEMENT, more), 0);
  }

  /** The place if a token was replaced where the text was followed; else nowhere. */
  Place replaced() {
    return agreement >= CERTAIN ? new Place(at + 1, 0, 1) : NOWHERE;
  }

  /**
   * Its kind: 0 is the start of the text, 1 the place behind a replaced token; the others are
   * places that were found or held, by their agreement. −1: a mere guess.
   */
  int kind() {
    if (agreement == 0) {
      return lost <= 1 ? lost : -1;
    }
    return agreement < CERTAIN ? agreement + 1 : agreement < MOST_AGREEMENT ? 5 : 6;
  }
}
