/**
 * What tests of several modules share. It is never part of a release.
 *
 * <p>Begin with {@link Shared}, the folder of known answers beside the repository, and {@link
 * TinyWhisper}, a speech model of random weights. {@link Vowels} makes a sound that is taken for
 * speech, {@link OddFile} what may stand in the place of a file.
 */
@NullMarked
package dev.deed.testing;

import org.jspecify.annotations.NullMarked;
