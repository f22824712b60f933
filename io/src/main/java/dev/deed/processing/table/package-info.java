/**
 * Tables: tags, boxes and words become cells with rows, columns, spans and texts, as in Docling.
 *
 * <p>Begin with {@link TableGrid}: {@code of} makes cells of a {@link TaggedTable} and the words of
 * its page. {@link TableTag} has the tags, {@link StructureCell} a cell on its way, {@link
 * WordMatching} decides which word goes to which cell.
 *
 * <p>Tests hold cells against Docling's own. A rule that differs on purpose is an option, off
 * unless asked for, such as empty cells.
 */
@NullMarked
package dev.deed.processing.table;

import org.jspecify.annotations.NullMarked;
