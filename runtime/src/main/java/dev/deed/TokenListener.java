package dev.deed;

/**
 * Receives the tokens of an answer. Where one sequence is decoded, each token comes when it is
 * emitted. Beam search and several drawn sequences tell of the best sequence when the search is
 * over.
 *
 * <p>The thread that decodes calls it and waits meanwhile. A listener that several threads share
 * must be safe for use from all of them. What it throws ends the whole batch and reaches the
 * caller.
 */
@FunctionalInterface
public interface TokenListener {
  /**
   * Receives a token.
   *
   * @param token the token
   * @param text what it adds to the answer's text; empty while a character is unfinished or a stop
   *     string may have begun, for a special token, and where the folder holds no tokenizer
   * @return true to go on; false to stop the answer after this token, or, where the search is over,
   *     to get no more tokens
   */
  boolean token(Token token, String text);

  /**
   * No token follows: the answer is whole or was stopped. Does nothing unless overridden.
   *
   * @param text the last of the answer's text, which was held back until now; empty most often
   */
  default void end(String text) {}
}
