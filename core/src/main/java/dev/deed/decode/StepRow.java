package dev.deed.decode;

import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scoring;

/**
 * A sequence that takes part in a step.
 *
 * @param state with one position appended and not yet decoded
 * @param rule when it may stop
 * @param scoring how the scores of its next token come about
 * @param chooser picks its next tokens
 * @param alternatives how many of the most probable tokens are told with the emitted one
 * @param verified newest positions, this one included, of which the last layer is to tell the next
 *     token, where tokens that leave earlier are drafts; 0: none is a draft, and the last layer
 *     tells that of the newest position alone
 */
record StepRow(
    DecoderState state,
    ExitRule rule,
    Scoring scoring,
    TokenChooser chooser,
    int alternatives,
    int verified) {
  /** A sequence of which no alternatives are told, and without drafts. */
  StepRow(DecoderState state, ExitRule rule, Scoring scoring, TokenChooser chooser) {
    this(state, rule, scoring, chooser, 0, 0);
  }
}
