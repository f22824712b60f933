/**
 * What native code can take for a text, in memory and time, as the steps of a tokenizer say: told
 * before it is given the text.
 */
@NullMarked
package dev.deed.processing.tokenizer.cost;

import org.jspecify.annotations.NullMarked;
