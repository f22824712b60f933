package dev.deed.decode.draft;

import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/**
 * The drafts of one sequence: when its steps leave the decoder, and what is copied without any.
 * Belongs to one sequence and its thread.
 */
public interface DraftPlan {
  /**
   * Whether the next step may draft. Else the last layer verifies what waits.
   *
   * @param waiting drafts that wait for their verification
   */
  default boolean drafts(int waiting) {
    return true;
  }

  /**
   * When the next step may leave. Where layers of the model itself draft and it reaches the last
   * one, that layer verifies what waits.
   *
   * @param waiting drafts that wait for their verification
   */
  ExitRule rule(int waiting);

  /**
   * The token that is drafted where an exit says one.
   *
   * @param waiting drafts that wait already
   * @param drafted what the exit says
   */
  default int draft(int waiting, int drafted) {
    return drafted;
  }

  /**
   * Drafts that no layer runs for. They are the last of a block, which is then verified.
   *
   * @param tokens of the sequence so far, drafts that wait included
   * @param waiting drafts that wait already
   */
  Copies copies(TokenSequence tokens, int waiting);

  /**
   * Learns from a verification.
   *
   * @param drafts that were verified; none where a step went to full depth by itself
   * @param kept how many of them full depth emits too
   */
  void verified(List<DraftCost> drafts, int kept);
}
