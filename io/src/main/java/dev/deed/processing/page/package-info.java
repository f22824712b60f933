/** Words of a page with their boxes, as tokens with boxes; and where lines of print stand. */
@NullMarked
package dev.deed.processing.page;

import org.jspecify.annotations.NullMarked;
