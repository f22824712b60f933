/** Converters of published data sets into the data format. */
@NullMarked
package dev.deed.lab.datasets;

import org.jspecify.annotations.NullMarked;
