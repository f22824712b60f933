/** The program {@code ffmpeg}, unpacked from the jar that carries it. */
@NullMarked
package dev.deed.sound;

import org.jspecify.annotations.NullMarked;
