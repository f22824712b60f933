/**
 * The choice of kernels for this machine.
 *
 * <p>Begin with {@link KernelChoice}: it looks for the Vector API and the width of vectors, takes
 * scalar or vector kernels, and says why in the log. {@link KernelChoice.Backend} is one such set.
 * Whatever it takes, bits are the same.
 *
 * <p>A kernel of your own has its line in both sets. No other class may decide by the processor
 * what is computed.
 */
@NullMarked
package dev.deed.tensor.choice;

import org.jspecify.annotations.NullMarked;
