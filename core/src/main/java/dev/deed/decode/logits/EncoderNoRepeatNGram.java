package dev.deed.decode.logits;

import java.util.List;

/**
 * Bans every token that would complete an n-gram of the encoder's input.
 *
 * @param size n, at least 1
 * @param source tokens of the encoder's input, within the decoder's vocabulary
 */
public record EncoderNoRepeatNGram(int size, List<Integer> source) implements LogitsProcessor {
  public EncoderNoRepeatNGram {
    source = List.copyOf(source);
  }

  @Override
  public boolean onlyBans() {
    return true;
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    NoRepeatNGram.banFollowers(new TokenSequence(source), size, tokens, scores);
  }
}
