/** Tables: from tags, boxes and words to cells. */
@NullMarked
package dev.deed.processing.table;

import org.jspecify.annotations.NullMarked;
