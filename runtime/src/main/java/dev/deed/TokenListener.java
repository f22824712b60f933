package dev.deed;

/**
 * Hears of the tokens of an answer: as they are emitted where one sequence is decoded, else all
 * together when the search is over. Called by the thread that decodes, which waits meanwhile.
 */
@FunctionalInterface
public interface TokenListener {
  /**
   * A token was emitted.
   *
   * @param text what it adds to the answer's text; empty while a character is unfinished, for a
   *     special token, and where the folder holds no tokenizer
   * @return false to stop the answer after it
   */
  boolean token(Token token, String text);

  /**
   * The answer is whole, or was stopped.
   *
   * @param text what was held back of it, empty most often
   */
  default void end(String text) {}
}
