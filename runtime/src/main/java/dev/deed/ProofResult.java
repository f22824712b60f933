package dev.deed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of checking an answer. Immutable.
 *
 * @param equal whether every token is that of full depth, the answer ends where it has to, and
 *     nothing else that it says was found untrue
 * @param tokens how many tokens it has
 * @param difference the first token that full depth would not have emitted; null where there is
 *     none
 * @param differing how many of its tokens full depth would not have emitted, each behind those
 *     before it
 * @param asClaimed of an answer whose exits decided its tokens: whether they emit these tokens, at
 *     these layers, with these log-probabilities. Null where the settings name no such exits, or
 *     their history is copied, which cannot be repeated
 * @param mismatches what else is untrue, by the names of output fields and of the receipt's
 *     components: {@code finish}, {@code text}, {@code exit_layers}, {@code log_probs}, {@code
 *     receipt.model} and so on
 */
public record ProofResult(
    boolean equal,
    int tokens,
    @Nullable Difference difference,
    int differing,
    @Nullable Boolean asClaimed,
    List<String> mismatches) {
  /** Copies the list. */
  public ProofResult {
    mismatches = List.copyOf(mismatches);
  }

  /**
   * Where an answer differs.
   *
   * @param position in the answer, from 0
   * @param claimed the answer's token; null where it ended too soon
   * @param expected full depth's token; null where it ends or has none
   * @param margin how much larger the natural logarithm of the expected token's probability is than
   *     that of the claimed one, at full depth and before logits processors: below 0 where these,
   *     or a draw, decided against the more probable token. Null without two tokens
   */
  public record Difference(
      int position,
      @Nullable Integer claimed,
      @Nullable Integer expected,
      @Nullable Double margin) {}
}
