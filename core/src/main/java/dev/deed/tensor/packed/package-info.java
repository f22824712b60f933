/** Weight matrices in panels of neighbouring outputs, and how a product is divided. */
@NullMarked
package dev.deed.tensor.packed;

import org.jspecify.annotations.NullMarked;
