/**
 * The kernels on vectors, with the bits of their scalar twins.
 *
 * <p>Begin with {@link VectorMatrixKernel}, the product of several rows with a packed matrix.
 * {@link VectorAttentionKernel} and {@link VectorKernels} are the twins of the scalar classes with
 * these names. {@link VectorLanes} alone picks the width, and the build writes unrolled loops
 * ({@code TileGenerator} in {@code core/src/generate}).
 *
 * <p>Only classes here whose names begin with Vector may use {@code jdk.incubator.vector}. None of
 * their methods takes or returns a vector: a call that is not inlined would put it on the heap. A
 * kernel of your own needs a scalar twin first.
 */
@NullMarked
package dev.deed.tensor.vector;

import org.jspecify.annotations.NullMarked;
