/**
 * Files and folders that appear whole or not at all, locks, checks of untrusted files, and how long
 * work is stopped.
 *
 * <p>Begin with {@link AtomicFiles} and {@link AtomicFolder} for what is written at once, {@link
 * LinesFile} for a job that takes long, {@link TargetLock} for commands that must not write the
 * same target. {@link RegularFile} opens what somebody else made. {@link Interruption} is asked
 * between steps of long work; {@link Lifetime} counts who works with what was opened. {@link
 * NativeFolder} checks where native libraries are unpacked.
 *
 * <p>Write no file in any other way: names with {@code .deed-HEX.part} and {@code .deed-lock} are
 * recognised after a crash.
 */
@NullMarked
package dev.deed.files;

import org.jspecify.annotations.NullMarked;
