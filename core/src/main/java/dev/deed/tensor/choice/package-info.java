/** Chooses the kernels of this machine. */
@NullMarked
package dev.deed.tensor.choice;

import org.jspecify.annotations.NullMarked;
