/** Products of whole numbers, and engines that compute them. */
@NullMarked
package dev.deed.tensor.int8;

import org.jspecify.annotations.NullMarked;
