/**
 * Files that {@code torch.save} wrote, read without running anything they say: a pickle is a
 * program, and this reader knows only the instructions and names that tensors need. Everything here
 * is untrusted: lengths, offsets, shapes and counts are checked before anything is allocated.
 */
@NullMarked
package dev.deed.checkpoint.torch;

import org.jspecify.annotations.NullMarked;
