package dev.deed.decode.logits;

/** Changes scores of the next token. Implementations are immutable and safe for many threads. */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Changes what it has to.
   *
   * @param tokens the sequence so far
   * @param scores of the token that comes next
   */
  void process(TokenSequence tokens, Scores scores);

  /**
   * Whether all it does to the scores of the next token is to ban tokens, whatever these scores.
   *
   * @param tokens the sequence so far
   */
  default boolean onlyBans(TokenSequence tokens) {
    return false;
  }

  /** Bans tokens, and does nothing else. */
  interface Banning extends LogitsProcessor {
    @Override
    default boolean onlyBans(TokenSequence tokens) {
      return true;
    }
  }
}
