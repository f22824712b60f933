/** Thresholds chosen on validation data, with a guarantee. */
@NullMarked
package dev.deed.evaluation.calibration;

import org.jspecify.annotations.NullMarked;
