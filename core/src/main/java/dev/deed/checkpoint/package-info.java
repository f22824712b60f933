/**
 * Files of a model: safetensors, JSON configuration, the folder in the Hugging Face layout.
 * Everything read here is untrusted: lengths, offsets, shapes and counts are checked before
 * anything is allocated.
 */
@NullMarked
package dev.deed.checkpoint;

import org.jspecify.annotations.NullMarked;
