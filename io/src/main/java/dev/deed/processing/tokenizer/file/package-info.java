/**
 * Tokenizer files of Hugging Face folders and of sentencepiece, read, checked and brought to one
 * form, with what native code can take for a text in memory and time. Nothing in them is believed.
 */
@NullMarked
package dev.deed.processing.tokenizer.file;

import org.jspecify.annotations.NullMarked;
