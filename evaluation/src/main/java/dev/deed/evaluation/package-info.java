/**
 * Policies and models side by side on a data set: accuracy, exits, counts of work and times.
 *
 * <p>Begin with {@link Evaluator}, which runs all policies on each batch of examples before the
 * next one, so that their times compare. {@link EvaluationData} reads and checks the examples
 * first. {@link EvaluationRow} is a line of the result, {@link EvaluationReport} writes it as JSON
 * and as a table. {@link WarmUp} keeps the JIT compiler's work out of the times. {@code
 * docs/evaluation.md} says what each column means.
 *
 * <p>Every example gives a short vector of numbers, and a {@link Metric} is a function of their
 * sum, equal to the reference implementation that its class names. A metric of your own is a class
 * that it permits and an entry in {@link Metric#all}; {@code eval} and {@code calibrate} then know
 * its name. A column of your own is a figure in {@link RunTotals}, a function of sums over examples
 * so that intervals can be drawn of it, and its place in {@link EvaluationTable}.
 */
@NullMarked
package dev.deed.evaluation;

import org.jspecify.annotations.NullMarked;
