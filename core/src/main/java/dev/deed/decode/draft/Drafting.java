package dev.deed.decode.draft;

import dev.deed.decode.exit.ExitRule;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How drafts come about. Implementations are immutable and safe for use from many threads. */
public interface Drafting {
  /**
   * The decoder that drafts; null: the layers of the one that verifies do, up to the exit where a
   * token leaves.
   */
  default @Nullable DraftDecoder decoder() {
    return null;
  }

  /**
   * The drafts of one sequence that begins.
   *
   * @param rule when a token leaves the decoder early
   * @param full the rule of steps that run all layers
   * @param ends tokens that end the sequence
   * @param source positions of the encoder output
   */
  DraftPlan begin(ExitRule rule, ExitRule full, Set<Integer> ends, int source);
}
