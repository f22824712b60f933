/**
 * Tables of pages, by a TableFormer: it emits their structure as tags and finds the boxes of their
 * cells.
 *
 * <p>Begin with {@link TableReader}: {@code read} gives the {@link PageTable}s of a {@link Page},
 * on which the caller says where tables stand and which words there are. {@link TableOptions} say
 * how. {@link KeptSteps} tells of which decoder steps boxes are made; the rest is done by {@code
 * dev.deed.processing.table}.
 *
 * <p>Results are those of Docling unless an option says otherwise. What finds tables on a page is
 * not here: give its boxes.
 */
@NullMarked
package dev.deed.table;

import org.jspecify.annotations.NullMarked;
