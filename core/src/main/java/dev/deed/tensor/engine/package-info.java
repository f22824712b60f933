/**
 * The interface by which native code multiplies whole numbers for weights in {@code w8a8}.
 *
 * <p>Begin with {@link Int8Engine}, which {@link java.util.ServiceLoader} finds. It is asked for an
 * obstacle first, then for an {@link Int8Product} of each matrix; {@code EngineChoice} in {@code
 * dev.deed.tensor.matrix} does that. The module {@code onednn} is one such engine.
 *
 * <p>An engine of your own is a jar with a class and a file in {@code META-INF/services}. Its sums
 * must be exact: whole numbers below 2³¹, whatever their order. One that throws an {@link
 * EngineException} is not asked again.
 */
@NullMarked
package dev.deed.tensor.engine;

import org.jspecify.annotations.NullMarked;
