/** Tokenizer files of Hugging Face folders, read, checked and brought to one form. */
@NullMarked
package dev.deed.processing.tokenizer.file;

import org.jspecify.annotations.NullMarked;
