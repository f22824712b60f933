/**
 * {@code java -jar deed.jar}: the launcher for systems without Bash.
 *
 * <p>Begin with {@link Start}: it starts the command line anew, in a JVM with the flags that {@link
 * Flags} has. {@link Arguments} carries what a user typed into it, whatever the locale; {@link
 * Signals} passes on how that JVM ended.
 *
 * <p>These classes run on any Java from 8 on, so that an old one can say which is needed. Flags are
 * also in {@code start.sh}; a test holds the two to the same.
 */
@NullMarked
package dev.deed.start;

import org.jspecify.annotations.NullMarked;
