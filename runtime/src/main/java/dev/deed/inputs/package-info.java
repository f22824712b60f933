/** Parts of inputs, before a model sees them. */
@NullMarked
package dev.deed.inputs;

import org.jspecify.annotations.NullMarked;
