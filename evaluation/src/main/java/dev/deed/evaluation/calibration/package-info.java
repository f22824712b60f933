/**
 * Thresholds chosen on validation data, with a guarantee.
 *
 * <p>Begin with {@link Calibrator}: candidates run on the search part of the data, the best of them
 * on the test part. {@link Candidates} lists what is tried. A {@link Goal} says what must not be
 * lost: a {@link Promise} about the mean loss of answers, or a {@link CorpusGoal}. {@link Bound}
 * has the p-values. {@link CalibratedModel} writes the chosen policy into the folder. {@code
 * docs/calibration.md} explains the statistics.
 *
 * <p>A bound of your own is a value of {@link Bound}, valid for independent losses within 0…1 of
 * any distribution. It must be chosen before the test part is seen.
 */
@NullMarked
package dev.deed.evaluation.calibration;

import org.jspecify.annotations.NullMarked;
