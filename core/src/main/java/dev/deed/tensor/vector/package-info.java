/** The kernels on vectors, with the bits of their scalar twins. */
@NullMarked
package dev.deed.tensor.vector;

import org.jspecify.annotations.NullMarked;
