/** Charts of what {@code deed eval}, {@code bench} and {@code train} wrote as JSON. */
@NullMarked
package dev.deed.lab.charts;

import org.jspecify.annotations.NullMarked;
