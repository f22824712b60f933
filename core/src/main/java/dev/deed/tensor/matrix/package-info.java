/**
 * Weight matrices in the blocked layouts that products read, in fp32, bf16 and int8, and the
 * products by them.
 */
@NullMarked
package dev.deed.tensor.matrix;

import org.jspecify.annotations.NullMarked;
