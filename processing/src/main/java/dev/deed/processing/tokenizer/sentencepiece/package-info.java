/**
 * Reads the model files of sentencepiece, checked so far that native code can be given them. The
 * files come from anywhere, so nothing in them is believed.
 */
@NullMarked
package dev.deed.processing.tokenizer.sentencepiece;

import org.jspecify.annotations.NullMarked;
