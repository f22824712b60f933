/** Weight matrices, kernels and the worker pool. Knows nothing of transformers. */
@NullMarked
package dev.deed.tensor;

import org.jspecify.annotations.NullMarked;
