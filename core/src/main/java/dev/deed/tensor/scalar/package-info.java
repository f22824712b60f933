/**
 * The kernels in plain Java, which define every result.
 *
 * <p>Begin with {@link ScalarMatrixKernel}: a product as three loops. {@link ScalarAttentionKernel}
 * has attention, {@link ScalarKernels} norms, activations and softmax, {@link ScalarFunctions} our
 * own exponential and hyperbolic tangent, {@link ScalarSums} the order in which a row is added up.
 * They run where a JVM has no Vector API.
 *
 * <p>A kernel of your own begins here. Its twin on vectors is compared with it to the last bit, so
 * write operations in an order that vectors can follow, and use no function of {@code Math} whose
 * last bit a JVM may choose.
 *
 * <p>Leave these loops slow and plain. Whoever makes one faster changes bits, or what a reader can
 * check.
 */
@NullMarked
package dev.deed.tensor.scalar;

import org.jspecify.annotations.NullMarked;
