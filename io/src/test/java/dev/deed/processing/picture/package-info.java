@NullMarked
package dev.deed.processing.picture;

import org.jspecify.annotations.NullMarked;
