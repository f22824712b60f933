/** The commands that train and experiment: what {@code deed} finds where this jar is. */
@NullMarked
package dev.deed.cli.training;

import org.jspecify.annotations.NullMarked;
