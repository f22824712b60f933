/**
 * The kernels: loops over plain Java, which define every result, their twins on vectors, and the
 * choice between both.
 *
 * <p>Begin with {@link ScalarMatrixKernel}: a product as three loops. {@link ScalarAttentionKernel}
 * has attention, {@link ScalarKernels} norms, activations and softmax, {@link ScalarFunctions} our
 * own exponential and hyperbolic tangent, {@link ScalarSums} the order in which a row is added up.
 * {@link VectorMatrixKernel}, {@link VectorAttentionKernel} and {@link VectorKernels} are their
 * twins. {@link VectorLanes} alone picks the width, and the build writes unrolled loops ({@code
 * TileGenerator} in {@code core/src/generate}). {@link KernelChoice} takes scalar or vector kernels
 * for this machine, and says why in the log; no other class decides that by the processor.
 *
 * <p>A kernel of your own begins with its scalar class. Its twin on vectors is compared with it to
 * the last bit, so write operations in an order that vectors can follow, and use no function of
 * {@code Math} whose last bit a JVM may choose. Each has its line in {@link KernelChoice}.
 *
 * <p>Leave the scalar loops slow and plain. Whoever makes one faster changes bits, or what a reader
 * can check. Only classes whose names begin with Vector may use {@code jdk.incubator.vector}. None
 * of their methods takes or returns a vector: a call that is not inlined would put it on the heap.
 */
@NullMarked
package dev.deed.tensor.kernel;

import org.jspecify.annotations.NullMarked;
