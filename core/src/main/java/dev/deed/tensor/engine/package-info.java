/**
 * What native code that multiplies has to offer; it is found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.deed.tensor.engine;

import org.jspecify.annotations.NullMarked;
