package dev.deed.decode.logits;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bans tokens.
 *
 * @param tokens the banned ones
 * @param place length of the sequence, prefix included, at which they are banned; null: always
 */
public record SuppressedTokens(List<Integer> tokens, @Nullable Integer place)
    implements LogitsProcessor.Banning {
  public SuppressedTokens {
    tokens = List.copyOf(tokens);
  }

  @Override
  public void process(TokenSequence sequence, Scores scores) {
    if (place == null || place == sequence.length()) {
      tokens.forEach(scores::ban);
    }
  }
}
