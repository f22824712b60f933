/** Metrics of generated text, each equal to the reference implementation that its class names. */
@NullMarked
package dev.deed.evaluation.metrics;

import org.jspecify.annotations.NullMarked;
