/**
 * Lines of the data format: JSON that describes an input, its options and its target. They come
 * from a file, from HTTP or from a row of Spark.
 *
 * <p>Begin with {@link InputReader}, which reads a file line by line, and {@link InputLine}, the
 * fields of one. {@link LineInputs} makes a model's input of a line. {@link LineOptions} says how
 * to answer lines that do not say it themselves, and {@link LineOptions#SETTINGS} is the table of
 * what a request may say beside its input. {@link Media} is a picture or a sound: a file, or bytes.
 *
 * <p>A field that every task reads goes into {@link InputLine}; one of a single task goes into that
 * task ({@code dev.deed.data.generate}). {@code docs/dataset.md} is the format. Lines are
 * untrusted: their length and depth are bounded.
 */
@NullMarked
package dev.deed.data;

import org.jspecify.annotations.NullMarked;
