/**
 * Where results, progress and errors of commands go.
 *
 * <p>Begin with {@link LineJob}, which runs a task over many lines, tells of the progress and sums
 * up. {@link AnswerOutput} says where answers go: into a file that loses none of them, or a stream.
 * {@link LineForm} makes a line of a result, {@link TranscriptFile} keeps the windows of a
 * recording. {@link Failures} turns an error into one line on stderr and an exit code.
 *
 * <p>Results go to stdout and all else to stderr. A command prints through these, so that {@code
 * --json}, {@code --quiet} and a closed pipe mean the same everywhere.
 */
@NullMarked
package dev.deed.cli.output;

import org.jspecify.annotations.NullMarked;
