/**
 * Whole pages, by models that read the picture of one line.
 *
 * <p>Begin with {@link PageReader}: it finds the lines of a page, asks a model about each, and
 * gives a {@link PageText} with the {@link PageLine}s in their rows. Lines are found by {@code
 * LineFinder} of {@code dev.deed.processing.page}, without a model. {@link DecimalSign} tells what
 * is known of points and commas in the numbers of a page.
 *
 * <p>Any model that reads pictures and has a tokenizer can read lines: {@link
 * PageReader#of(dev.deed.Engine)} takes its engine.
 */
@NullMarked
package dev.deed.page;

import org.jspecify.annotations.NullMarked;
