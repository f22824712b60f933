/** Matrices of bf16 for inputs of bf16. */
@NullMarked
package dev.deed.tensor.bf16;

import org.jspecify.annotations.NullMarked;
