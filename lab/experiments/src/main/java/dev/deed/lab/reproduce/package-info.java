/** Experiments from the data to the results page. */
@NullMarked
package dev.deed.lab.reproduce;

import org.jspecify.annotations.NullMarked;
