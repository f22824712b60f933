/**
 * Multi-exit training on LibTorch: the differentiable form of a {@link
 * dev.deed.model.spec.TransformerSpec}, its deep-supervision loss and its optimiser.
 */
@NullMarked
package dev.deed.train;

import org.jspecify.annotations.NullMarked;
