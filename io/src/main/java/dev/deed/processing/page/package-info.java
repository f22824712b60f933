/**
 * Pages: where lines of print stand, in which order they are read, and words with their boxes as
 * tokens.
 *
 * <p>Begin with {@link LineFinder}, which finds lines on the picture of an upright page without a
 * model, and {@link ReadingOrder}. {@link OcrEncoder} is for models that read words with boxes: it
 * makes {@link BoxedTokens} of an {@link OcrPage}, as UDOP's tokenizer does.
 *
 * <p>Another way of finding lines gives rows of {@link dev.deed.value.OcrWord}s, as {@link
 * LineFinder} does.
 */
@NullMarked
package dev.deed.processing.page;

import org.jspecify.annotations.NullMarked;
