/**
 * Files of a model: safetensors, what {@code torch.save} wrote, JSON configuration, LoRA adapters
 * in the form of PEFT, and their conversion. A pickle is a program: its reader knows only the
 * instructions and names that tensors need, and runs none of it. Everything read here is untrusted:
 * lengths, offsets, shapes and counts are checked before anything is allocated.
 */
@NullMarked
package dev.deed.checkpoint;

import org.jspecify.annotations.NullMarked;
