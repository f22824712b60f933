/**
 * The data-set format: JSON Lines that describe inputs and their targets, and converters into it.
 */
@NullMarked
package dev.deed.data;

import org.jspecify.annotations.NullMarked;
