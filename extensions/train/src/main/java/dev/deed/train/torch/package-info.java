/** The forward pass over LibTorch, for gradients. */
@NullMarked
package dev.deed.train.torch;

import org.jspecify.annotations.NullMarked;
