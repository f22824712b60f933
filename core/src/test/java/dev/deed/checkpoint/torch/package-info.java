@NullMarked
package dev.deed.checkpoint.torch;

import org.jspecify.annotations.NullMarked;
