package dev.deed.decode.logits;

import java.util.List;

/**
 * Allows nothing but some tokens at one place: the first generated token of a sequence that begins
 * with the decoder's start alone, or the last one before the limit.
 *
 * @param place length of the sequence, prefix included, at which they are forced
 * @param tokens those that stay possible, with the same score, 0
 */
public record ForcedTokens(int place, List<Integer> tokens) implements LogitsProcessor {
  public ForcedTokens {
    tokens = List.copyOf(tokens);
  }

  @Override
  public boolean onlyBans(TokenSequence sequence) {
    return sequence.length() != place;
  }

  @Override
  public void process(TokenSequence sequence, Scores scores) {
    if (sequence.length() == place) {
      scores.allowOnly(tokens);
    }
  }
}
