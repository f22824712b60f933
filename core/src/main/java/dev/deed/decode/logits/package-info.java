/**
 * What acts on the scores of the next token before it is chosen, one file each: penalties, bans,
 * forced tokens, warpers of sampling.
 *
 * <p>Begin with {@link LogitsProcessor} and the {@link Scores} that it changes. {@link MinP} is a
 * short one to read. {@link Scoring} applies processors at an exit. {@link AnswerState} says which
 * tokens an answer's language allows next; {@link AnswerLanguage} bans all others.
 *
 * <p>A processor of your own is a class here, an entry in {@link
 * dev.deed.value.GenerationSetting#ALL}, and a line in {@code ProcessorChain} of {@code
 * dev.deed.settings}, which has the order. Names, formulas and edge cases are those of
 * Transformers' (Apache-2.0) {@code LogitsProcessor} classes, against whose results it is tested.
 */
@NullMarked
package dev.deed.decode.logits;

import org.jspecify.annotations.NullMarked;
