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
 * @param mismatches what else is untrue, by the names of output fields and of the receipt's
 *     components: {@code finish}, {@code text} and {@code log_probs} where no token differs, {@code
 *     receipt.model} and so on
 */
public record ProofResult(
    boolean equal, int tokens, @Nullable Difference difference, List<String> mismatches) {
  /** Copies the list. */
  public ProofResult {
    mismatches = List.copyOf(mismatches);
  }

  /**
   * Where an answer differs.
   *
   * @param position in the answer, from 0
   * @param claimed the answer's token; null where it ended too soon
   * @param expected full depth's token; null where it ends
   */
  public record Difference(int position, @Nullable Integer claimed, @Nullable Integer expected) {}
}
