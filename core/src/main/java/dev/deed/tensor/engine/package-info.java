/** What native code that multiplies has to offer; {@link java.util.ServiceLoader} finds it. */
@NullMarked
package dev.deed.tensor.engine;

import org.jspecify.annotations.NullMarked;
