/**
 * Decoder state with just-in-time fill, one step, and searches. Knows nothing of model families;
 * when a step stops is the matter of {@code dev.deed.decode.exit}.
 */
@NullMarked
package dev.deed.decode;

import org.jspecify.annotations.NullMarked;
