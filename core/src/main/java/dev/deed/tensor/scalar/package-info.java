/** The kernels in plain Java, which define every result. */
@NullMarked
package dev.deed.tensor.scalar;

import org.jspecify.annotations.NullMarked;
