/** Where lines of print stand on a page: threshold, marks, lines. */
@NullMarked
package dev.deed.processing.lines;

import org.jspecify.annotations.NullMarked;
