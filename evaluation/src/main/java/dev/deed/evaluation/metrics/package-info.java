/**
 * Metrics of generated text, each equal to the reference implementation that its class names.
 *
 * <p>Begin with {@link Metric}: every example gives a short vector of numbers, and a metric is a
 * function of their sum. {@link ErrorRate} and {@link MeanScore} are short ones to read.
 *
 * <p>A metric of your own is a class that {@link Metric} permits and an entry in {@link
 * Metric#all}; {@code eval} and {@code calibrate} then know its name. Its test compares it with the
 * reference implementation's numbers.
 */
@NullMarked
package dev.deed.evaluation.metrics;

import org.jspecify.annotations.NullMarked;
