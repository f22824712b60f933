/** Whole pages by models that read the picture of a line: where lines stand, and their texts. */
@NullMarked
package dev.deed.page;

import org.jspecify.annotations.NullMarked;
