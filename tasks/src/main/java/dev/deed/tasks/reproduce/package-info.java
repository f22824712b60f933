/** Experiments from the data to the results page. */
@NullMarked
package dev.deed.tasks.reproduce;

import org.jspecify.annotations.NullMarked;
