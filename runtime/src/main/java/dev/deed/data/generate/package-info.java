/** Generation for lines of the data format: what {@code generate} and evaluation share. */
@NullMarked
package dev.deed.data.generate;

import org.jspecify.annotations.NullMarked;
