/**
 * What acts on the scores of the next token before it is chosen, one file each. The order in which
 * they act is their caller's; names, formulas and edge cases are those of Transformers'
 * (Apache-2.0) {@code LogitsProcessor} classes.
 */
@NullMarked
package dev.deed.decode.logits;

import org.jspecify.annotations.NullMarked;
