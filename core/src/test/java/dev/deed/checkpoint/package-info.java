@NullMarked
package dev.deed.checkpoint;

import org.jspecify.annotations.NullMarked;
