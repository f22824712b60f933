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

  /** Whether all it does is to ban tokens, whatever their scores. */
  default boolean onlyBans() {
    return false;
  }
}
