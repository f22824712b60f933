/**
 * Pages: where lines of print stand, in which order they are read, and words with their boxes as
 * tokens.
 *
 * <p>Begin with {@link LineFinder}, which finds lines on the picture of a page without a model, and
 * {@link ReadingOrder}. A tilted page becomes a {@link LevelPage} first. {@link OcrEncoder} is for
 * models that read words with boxes: it makes {@link BoxedTokens} of an {@link OcrPage}, as UDOP's
 * tokenizer does.
 *
 * <p>Another way of finding lines gives {@link FoundLines}, as {@link LineFinder} does.
 */
@NullMarked
package dev.deed.processing.page;

import org.jspecify.annotations.NullMarked;
