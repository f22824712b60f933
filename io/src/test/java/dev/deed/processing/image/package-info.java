@NullMarked
package dev.deed.processing.image;

import org.jspecify.annotations.NullMarked;
