/** Memory off the heap and arrays that are used again. */
@NullMarked
package dev.deed.tensor.memory;

import org.jspecify.annotations.NullMarked;
