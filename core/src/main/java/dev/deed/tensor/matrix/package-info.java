/**
 * Weight matrices: how they lie in memory, and how a product is divided among threads.
 *
 * <p>Begin with {@link Panels}, the blocked layout: neighbouring outputs lie side by side, so that
 * a vector holds weights of several outputs. {@link PanelPacking} writes rows into panels, {@link
 * PackedMatrix} is the matrix, {@link MatrixKernel} multiplies some of its panels. {@link
 * ProductParts} divides panels and rows among threads; a sum is never divided.
 *
 * <p>For weights in {@code w8a8}, {@link IntegerKernel} defines products of whole numbers. {@link
 * QuantizedMatrix} computes them with our own kernels, {@link EngineMatrix} with an engine that
 * {@link EngineChoice} found; both have the same bits. {@link QuadKernel} is for the layout that
 * byte products of processors ask for, {@link QuadPanels}.
 *
 * <p>An engine is an {@link Int8Engine} that {@link java.util.ServiceLoader} finds; the module
 * {@code onednn} is one. It is asked for an obstacle first, then for an {@link Int8Product} of each
 * matrix. Its sums must be exact: whole numbers below 2³¹, whatever their order. One that throws an
 * {@link EngineException} is not asked again.
 *
 * <p>A layout of your own is a {@link dev.deed.tensor.WeightMatrix} beside these. Kernels rely on
 * the alignment and the padding that {@link Panels} states.
 */
@NullMarked
package dev.deed.tensor.matrix;

import org.jspecify.annotations.NullMarked;
