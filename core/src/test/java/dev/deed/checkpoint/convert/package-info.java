@NullMarked
package dev.deed.checkpoint.convert;

import org.jspecify.annotations.NullMarked;
