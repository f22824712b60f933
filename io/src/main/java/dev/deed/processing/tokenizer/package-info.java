/**
 * Text to token ids and back. The tokenizer library and its native code are called here and nowhere
 * else.
 *
 * <p>Begin with {@link Tokenizer}: {@code open} reads a folder, {@code encode} and {@code decode}
 * do the rest. {@link TokenizerFolder} finds out which files a folder holds. A {@link TextCodec}
 * cuts text: {@link LibraryCodec} by Hugging Face's library, {@link PieceCodec} by sentencepiece,
 * {@link ByteCodec} by bytes. {@link TextStream} gives the text of an answer as it grows, {@link
 * StopStrings} end it.
 *
 * <p>A tokenizer with other files is a case in {@link TokenizerFolder}, most often one that makes a
 * {@code tokenizer.json} of them ({@link TokenizerSpec}), so that there is one way from text to
 * ids. {@link TokenizerFile} and {@link PipelineCheck} check such a file before the library reads
 * it.
 *
 * <p>{@link VocabularyTrainer} learns a vocabulary from texts: {@code add} counts one, {@code
 * finish} gives a {@link TrainedTokenizer}, whose two JSON documents Transformers opens.
 */
@NullMarked
package dev.deed.processing.tokenizer;

import org.jspecify.annotations.NullMarked;
