@NullMarked
package dev.deed.processing;

import org.jspecify.annotations.NullMarked;
