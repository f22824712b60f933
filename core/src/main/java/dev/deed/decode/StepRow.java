package dev.deed.decode;

import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.TokenSequence;
import java.util.List;

/**
 * A sequence that takes part in a step.
 *
 * @param state with one position appended and not yet decoded
 * @param rule when it may stop
 * @param tokens the decoder inputs so far
 * @param processors act on its scores, in this order, before confidence is taken
 * @param normalised whether its scores are log-probabilities (beam search) instead of logits
 * @param chooser picks its next tokens
 */
record StepRow(
    DecoderState state,
    ExitRule rule,
    TokenSequence tokens,
    List<LogitsProcessor> processors,
    boolean normalised,
    TokenChooser chooser) {}
