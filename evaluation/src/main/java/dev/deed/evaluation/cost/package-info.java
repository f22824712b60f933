/** What decoding costs: counts and times of answers, and their intervals. */
@NullMarked
package dev.deed.evaluation.cost;

import org.jspecify.annotations.NullMarked;
