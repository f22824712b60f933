/**
 * The command {@code train}, which {@code deed} finds where this jar is on the class path.
 *
 * <p>Begin with {@link TrainCommand}: its options become a {@code Training} of {@code
 * dev.deed.train}. {@link TrainingAddOn} is what {@link dev.deed.cli.AddOn} finds; a module with
 * commands of its own does the same.
 */
@NullMarked
package dev.deed.cli.training;

import org.jspecify.annotations.NullMarked;
