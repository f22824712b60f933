package dev.deed.decode.draft;

import dev.deed.decode.logits.TokenSequence;

/** A text that drafts are copied from. */
sealed interface TextLookup permits PromptLookup, AnswerLookup {
  /** How many tokens it has beside an answer. */
  int length(TokenSequence answer);

  /** A token of it, at a place from 0, below its length. */
  int token(int place, TokenSequence answer);

  /** Where an answer is before its first token. */
  default Place start() {
    return Place.NOWHERE;
  }

  /**
   * Where an answer is whose newest token is not the one that was expected.
   *
   * @param before where it was before that token
   */
  Place find(TokenSequence answer, Place before);

  /** Takes note of an answer's newest token, which stays. */
  default void answered(TokenSequence answer) {}

  /** Whether a copy goes on from its own beginning at the text's end: the text is the answer. */
  default boolean repeats() {
    return false;
  }

  /** How many of the tokens right before a place are the answer's last, up to what is told of. */
  default int agreement(int place, TokenSequence answer) {
    int most = Math.min(Math.min(place, answer.emitted()), Place.MOST_AGREEMENT);
    int count = 0;
    while (count < most
        && token(place - 1 - count, answer) == answer.get(answer.length() - 1 - count)) {
      count++;
    }
    return count;
  }

  /** A hash of the last tokens of an answer, {@code run} of them. */
  static int hash(TokenSequence answer, int run) {
    int hash = 0;
    for (int i = answer.length() - run; i < answer.length(); i++) {
      hash = mixed(hash, answer.get(i));
    }
    return hash;
  }

  /** The next state of a hash of tokens. */
  static int mixed(int hash, int token) {
    int next = (hash + token + 1) * 0x9E3779B1;
    return next ^ (next >>> 15);
  }
}
