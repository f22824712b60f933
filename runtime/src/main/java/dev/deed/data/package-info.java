/**
 * Lines and tasks: JSON that describes an input, what a model does with it, and the answer. Lines
 * come from a file, from HTTP or from a row of Spark; every door runs the same tasks.
 *
 * <p>Begin with {@link TaskType}, which names a task with its fields and settings, and {@link
 * Task}, which begins a line and gives its {@link LineResult} later. {@link GenerateTask} is the
 * plain one; {@link ReadType}, {@link TablesType} and {@link TranscribeType} ask a model several
 * times for one line. {@link ManyLines} runs a task over many lines, in order, several under way at
 * once; {@link EarlierAnswers} finds those of a job that was stopped.
 *
 * <p>{@link InputReader} reads a file line by line, {@link InputLine} has the fields of one, {@link
 * LineInputs} makes a model's input of it. {@link LineOptions} says how to answer lines that do not
 * say it themselves. {@link GenerationJson}, {@link TranscriptJson} and {@link TranscriptFormat}
 * write answers.
 *
 * <p>A task of your own is a {@link TaskType}, named in {@code META-INF/services} and, for the
 * module path, in {@code module-info.java}. It is then a command, a path of the server and a task
 * of Spark, without a line at these doors. An {@link dev.deed.Asker} gets its requests answered; a
 * task opens no engine of its own.
 *
 * <p>Lines are untrusted: their length and depth are bounded. {@code docs/dataset.md} is the
 * format.
 */
@NullMarked
package dev.deed.data;

import org.jspecify.annotations.NullMarked;
