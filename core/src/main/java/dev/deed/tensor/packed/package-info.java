/**
 * How a weight matrix lies in memory, and how a product is divided among threads.
 *
 * <p>Begin with {@link Panels}: neighbouring outputs lie side by side, so that a vector holds
 * weights of several outputs. {@link PanelPacking} writes rows into panels, {@link PackedMatrix} is
 * the matrix, {@link MatrixKernel} multiplies some of its panels, and {@link ProductParts} divides
 * panels and rows among threads. A sum is never divided.
 *
 * <p>A layout of your own is a {@link dev.deed.tensor.WeightMatrix} beside these. Kernels rely on
 * the alignment and the padding that {@link Panels} states.
 */
@NullMarked
package dev.deed.tensor.packed;

import org.jspecify.annotations.NullMarked;
