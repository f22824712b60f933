/**
 * What turns text and pictures into encoder inputs, and token ids back into text. The tokenizer
 * library and its native code live here and nowhere else.
 */
@NullMarked
package dev.deed.processing;

import org.jspecify.annotations.NullMarked;
