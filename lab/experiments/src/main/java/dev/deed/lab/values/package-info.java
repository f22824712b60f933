/** Made lines of text with dates, times, amounts, quantities and numbers, and what they say. */
@NullMarked
package dev.deed.lab.values;

import org.jspecify.annotations.NullMarked;
