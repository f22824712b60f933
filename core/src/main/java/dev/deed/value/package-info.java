/** The values that the engine, DEED's other modules and applications all speak of. */
@NullMarked
package dev.deed.value;

import org.jspecify.annotations.NullMarked;
