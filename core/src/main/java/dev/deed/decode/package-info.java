/**
 * Decoding: a state with just-in-time fill, one step, and searches. It knows nothing of model
 * families, of text, or of when a step stops.
 *
 * <p>Begin with {@link DecoderState}, the heart of the method: it holds the rows that have left a
 * layer and have not run the next. {@link DecoderStep} takes all sequences of a batch up, layer by
 * layer, until each has left. {@link ContinuousBatch} runs a step for all searches, which join and
 * leave in between. {@link SearchStrategy} lists the ways to choose tokens: {@link ChainSearch} is
 * greedy decoding and sampling, {@link BeamSearch} beam search. {@link DraftChain} verifies drafts,
 * which a {@link Drafter} makes.
 *
 * <p>A search of your own is a case of {@link SearchStrategy} and a {@link Search}. It says which
 * sequences to decode next, and sees no layer. A processor of scores belongs to {@code
 * dev.deed.decode.logits}, a threshold to {@code dev.deed.decode.exit}.
 *
 * <p>Leave the order of fills in {@link DecoderStep} and {@link DecoderState} as it is: the
 * equality with full depth rests on it.
 */
@NullMarked
package dev.deed.decode;

import org.jspecify.annotations.NullMarked;
