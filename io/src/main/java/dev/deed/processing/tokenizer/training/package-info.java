/**
 * Vocabularies learned from texts.
 *
 * <p>Begin with {@link VocabularyTrainer}: {@code add} counts a text, {@code finish} gives a {@link
 * TrainedTokenizer}, whose two JSON documents Transformers opens. {@link ByteLevelBpeTrainer}
 * learns byte-pair encoding; words separated by blanks are the other kind.
 *
 * <p>A kind of your own is a {@link VocabularyTrainer} and a value of its kinds.
 */
@NullMarked
package dev.deed.processing.tokenizer.training;

import org.jspecify.annotations.NullMarked;
