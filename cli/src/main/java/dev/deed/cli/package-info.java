/**
 * The command line: options in, calls to the other modules, results out. It has no logic of its
 * own.
 *
 * <p>Begin with {@link Main}, which lists the commands. {@link TaskCommand} is the command of every
 * task that is found as a service; {@link GenerateCommand} and {@link TranscribeCommand} are those
 * with options of their own. {@link SettingOptions} makes options of a table of settings. {@link
 * CleanStop} handles Ctrl-C. Help texts are in {@code help.properties}.
 *
 * <p>A command of your own is a class here and a name in {@link Main}, or an {@link AddOn} in a jar
 * of its own. An option of a request is an entry in a table of settings, not a field of a command.
 *
 * <p>{@link LineJob} runs a task over many lines, tells of the progress and sums up. {@link
 * AnswerOutput} says where answers go: into a file that loses none of them, or a stream. {@link
 * LineForm} makes a line of a result, {@link TranscriptFile} keeps the windows of a recording.
 * {@link Failures} turns an error into one line on stderr and an exit code. A command prints
 * through these, so that {@code --json}, {@code --quiet} and a closed pipe mean the same
 * everywhere.
 *
 * <p>Results go to stdout and all else to stderr. Exit codes: 0, 1 if something failed, 2 for bad
 * input, 130 and 143 for signals.
 */
@NullMarked
package dev.deed.cli;

import org.jspecify.annotations.NullMarked;
