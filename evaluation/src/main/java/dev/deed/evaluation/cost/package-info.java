/** What decoding costs: counts and times of answers, their intervals, and prices of layers. */
@NullMarked
package dev.deed.evaluation.cost;

import org.jspecify.annotations.NullMarked;
