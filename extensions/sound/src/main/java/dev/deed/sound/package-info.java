/**
 * The program {@code ffmpeg}, unpacked from the jar that carries it.
 *
 * <p>Begin with {@link BytedecoFfmpeg}, found as a service by {@code dev.deed.processing.sound},
 * which also starts the program and bounds what it may do. Without this module a program on the
 * {@code PATH} serves.
 */
@NullMarked
package dev.deed.sound;

import org.jspecify.annotations.NullMarked;
