/** Thresholds chosen on validation data, with a guarantee. */
@NullMarked
package dev.deed.tasks.calibration;

import org.jspecify.annotations.NullMarked;
