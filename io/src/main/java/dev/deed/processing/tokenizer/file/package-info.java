/**
 * Tokenizer files of Hugging Face folders and of sentencepiece: read, checked, and brought to one
 * form. Nothing in them is believed, because native code can crash or use unbounded time and
 * memory.
 *
 * <p>Begin with {@link TokenizerFile}, which reads a {@code tokenizer.json} and checks each of its
 * steps. {@link SentencePieceModel} reads a model of pieces, and {@link PieceSpecs} makes a {@link
 * TokenizerSpec} of it; {@link ByteLevelSpecs} does that for {@code vocab.json} and {@code
 * merges.txt}. {@link TokenizerSettings} holds what a folder says beside the vocabulary. {@link
 * TextCost} and {@link RegexCost} bound what a text can take.
 *
 * <p>A tokenizer class of Transformers with rules of its own is a value of {@link TokenizerFamily}.
 * A step that {@link TokenizerFile} does not know is refused by name: teach it the step's cost
 * before letting it pass.
 */
@NullMarked
package dev.deed.processing.tokenizer.file;

import org.jspecify.annotations.NullMarked;
