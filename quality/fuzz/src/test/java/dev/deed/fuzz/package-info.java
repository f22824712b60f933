/**
 * The doors through which untrusted bytes come in, each held to one property: whatever the bytes,
 * they open or are refused with an {@link dev.deed.value.InputException}. Beside them lossless
 * exits of random models, held against full depth.
 */
@NullMarked
package dev.deed.fuzz;

import org.jspecify.annotations.NullMarked;
