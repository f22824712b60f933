@NullMarked
package dev.deed.processing.lines;

import org.jspecify.annotations.NullMarked;
