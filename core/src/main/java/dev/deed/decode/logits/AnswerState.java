package dev.deed.decode.logits;

/**
 * How far an answer has come in the language that its text is to be of: which tokens keep it the
 * beginning of a text of that language. Immutable, safe for use from many threads.
 */
public interface AnswerState {
  /** No token alone is allowed. */
  int NOT_FORCED = -1;

  /**
   * The one token that may follow, or {@link #NOT_FORCED}.
   *
   * @throws dev.deed.value.InputException when finding out takes too long
   */
  int forced();

  /**
   * Whether a token may follow.
   *
   * @throws dev.deed.value.InputException when finding out takes too long
   */
  boolean allows(int token);

  /**
   * Bans all tokens but those that may follow. Where other settings have banned all of these, they
   * have their own scores again: a language is no wish.
   *
   * @throws dev.deed.value.InputException when finding out takes too long
   */
  void restrict(Scores scores);

  /** Bytes of memory, about, that the language takes before a text is read. */
  default long bytes() {
    return 0;
  }

  /** The state behind one more token; behind one that is not allowed, nothing may follow. */
  AnswerState after(int token);
}
