package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.List;

/** Bans all tokens but some, for instance all but the languages that a model may hear. */
public final class AllowedTokens implements LogitsProcessor.Banning {
  /** Ascending. */
  private final int[] allowed;

  /**
   * @param allowed tokens of the vocabulary
   */
  public AllowedTokens(List<Integer> allowed) {
    this.allowed = allowed.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
  }

  @Override
  public void process(TokenSequence sequence, Scores scores) {
    for (int token = 0; token < scores.size(); token++) {
      if (Arrays.binarySearch(allowed, token) < 0) {
        scores.ban(token);
      }
    }
  }
}
