/** Words of a page with their boxes, as tokens with boxes. */
@NullMarked
package dev.deed.processing.page;

import org.jspecify.annotations.NullMarked;
