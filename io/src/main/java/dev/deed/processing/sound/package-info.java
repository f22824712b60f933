/** Sound: files of several formats decoded to one channel, resampling, spectrograms. */
@NullMarked
package dev.deed.processing.sound;

import org.jspecify.annotations.NullMarked;
