/**
 * Tasks: what a model does with a line. Every door runs them: the command line, the server, Spark.
 *
 * <p>Begin with {@link TaskType}, which names a task with its fields and settings, and {@link
 * Task}, which begins a line and gives its {@link LineResult} later. {@link GenerateTask} is the
 * plain one; {@link ReadType} and {@link TablesType} ask a model several times for one line. {@link
 * ManyLines} runs a task over many lines, in order, several under way at once. {@link
 * GenerationJson} writes answers, {@link EarlierAnswers} finds those of a job that was stopped.
 *
 * <p>A task of your own is a {@link TaskType}, named in {@code META-INF/services} and, for the
 * module path, in {@code module-info.java}. It is then a command, a path of the server and a task
 * of Spark, without a line at these doors. An {@link dev.deed.Asker} gets its requests answered; a
 * task opens no engine of its own.
 */
@NullMarked
package dev.deed.data.generate;

import org.jspecify.annotations.NullMarked;
