package dev.deed.decode;

/**
 * Whether an answer asks the copy that screens the head, by how often that sufficed so far. A copy
 * that answers nothing costs a look-up a third more, so it rests after two failures in a row: for 8
 * tokens, and twice as long after each further one. The answer's own tokens alone decide, so it has
 * the same bits beside others. Belongs to one search.
 */
final class ScreenTrust {
  private static final int FIRST_REST = 8;
  private static final int LONGEST_REST = 128;

  private int failures;
  private int rest = FIRST_REST;
  private int next;

  /**
   * @param token number of the answer's next token, from 0
   */
  boolean asks(int token) {
    return token >= next;
  }

  /**
   * Learns from the look-ups of a step before a token.
   *
   * @param balance how many the copy answered, less those that it did not; 0 says nothing
   */
  void learn(int token, int balance) {
    if (balance > 0) {
      failures = 0;
      rest = FIRST_REST;
    } else if (balance < 0 && ++failures > 1) {
      next = token + rest;
      rest = Math.min(2 * rest, LONGEST_REST);
    }
  }
}
