/**
 * Weight matrices, attention, and the operations between them, on rows of fp32 numbers. It knows
 * nothing of transformers.
 *
 * <p>Begin with {@link WeightMatrix}: the comment of its {@code multiply} is the promise on which
 * the engine rests. Every output is a sum in one fixed order, so the bits of a row depend neither
 * on the rows beside it, nor on threads or vector width. {@link Attention} says the same of a
 * {@link KeyValueCache}, {@link Kernels} of norms, activations and softmax. {@link ThreadPool}
 * shares out the parts of a product, {@link WeightMemory} holds weights in large pages. {@link
 * WeightPacking} makes matrices of weights in one of four precisions ({@link
 * dev.deed.value.WeightPrecision}).
 *
 * <p>A kernel of your own has two classes in {@code dev.deed.tensor.kernel}: the scalar one defines
 * the bits, and {@code KernelChoice} decides whether it or its twin on vectors runs. Give it a test
 * over awkward sizes and a benchmark in {@code lab}.
 *
 * <p>Leave the order of every sum as it is: a changed bit changes answers.
 */
@NullMarked
package dev.deed.tensor;

import org.jspecify.annotations.NullMarked;
