/** Converters of published data sets into the data format. */
@NullMarked
package dev.deed.experiments.datasets;

import org.jspecify.annotations.NullMarked;
