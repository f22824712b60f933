/**
 * Drafts of lossless exits: how many wait for a verification, and those that texts give. Knows
 * neither the decoder's state nor searches.
 */
@NullMarked
package dev.deed.decode.draft;

import org.jspecify.annotations.NullMarked;
