/**
 * Decoder state with just-in-time fill, exit policies, and search. Knows nothing of model families.
 */
@NullMarked
package dev.deed.decode;

import org.jspecify.annotations.NullMarked;
