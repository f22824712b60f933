/**
 * Text to token ids and back. The tokenizer library and its native code live here and nowhere else.
 */
@NullMarked
package dev.deed.processing.tokenizer;

import org.jspecify.annotations.NullMarked;
