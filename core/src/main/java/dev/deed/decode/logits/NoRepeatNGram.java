package dev.deed.decode.logits;

/**
 * Bans every token that would complete an n-gram that the sequence already holds (Paulus et al.
 * 2017, arXiv 1705.04304, section 2.5). The prefix counts as part of the sequence.
 *
 * @param size n, at least 1
 */
public record NoRepeatNGram(int size) implements LogitsProcessor {
  @Override
  public boolean onlyBans() {
    return true;
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    banFollowers(tokens, size, tokens, scores);
  }

  /** Bans what follows, in {@code text}, the last {@code size − 1} tokens of {@code tokens}. */
  static void banFollowers(TokenSequence text, int size, TokenSequence tokens, Scores scores) {
    int suffix = tokens.length() - (size - 1);
    if (suffix < 0) {
      return;
    }
    for (int start = 0; start + size <= text.length(); start++) {
      int same = 0;
      while (same < size - 1 && text.get(start + same) == tokens.get(suffix + same)) {
        same++;
      }
      if (same == size - 1) {
        scores.ban(text.get(start + same));
      }
    }
  }
}
