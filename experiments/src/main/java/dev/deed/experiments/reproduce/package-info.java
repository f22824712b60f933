/** Experiments from the data to the results page. */
@NullMarked
package dev.deed.experiments.reproduce;

import org.jspecify.annotations.NullMarked;
