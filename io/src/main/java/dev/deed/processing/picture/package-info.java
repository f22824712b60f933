/** Pictures: files of several formats decoded to samples, and resizing. */
@NullMarked
package dev.deed.processing.picture;

import org.jspecify.annotations.NullMarked;
