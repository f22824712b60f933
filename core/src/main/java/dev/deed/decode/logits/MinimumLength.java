package dev.deed.decode.logits;

import java.util.List;

/**
 * Bans end tokens while the sequence is short.
 *
 * @param length fewest tokens, prefix included, before an end token
 * @param ends the end tokens
 */
public record MinimumLength(int length, List<Integer> ends) implements LogitsProcessor.Banning {
  public MinimumLength {
    ends = List.copyOf(ends);
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    if (tokens.length() < length) {
      ends.forEach(scores::ban);
    }
  }
}
