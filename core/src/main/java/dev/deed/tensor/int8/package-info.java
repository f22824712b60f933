/**
 * Weights in {@code w8a8}: both inputs and weights are rounded to −127…127, and products of whole
 * numbers are added exactly.
 *
 * <p>Begin with {@link IntegerKernel}, which defines these products. {@link QuantizedMatrix}
 * computes them with our own kernels, {@link EngineMatrix} with an engine that {@link EngineChoice}
 * found on this machine; both have the same bits. {@link QuadKernel} is for the layout that byte
 * products of processors ask for.
 *
 * <p>An engine of your own is a service of {@code dev.deed.tensor.engine}. Here nothing has to be
 * added for it.
 */
@NullMarked
package dev.deed.tensor.int8;

import org.jspecify.annotations.NullMarked;
