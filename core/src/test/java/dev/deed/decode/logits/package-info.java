@NullMarked
package dev.deed.decode.logits;

import org.jspecify.annotations.NullMarked;
