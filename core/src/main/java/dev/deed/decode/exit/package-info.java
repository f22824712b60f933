/**
 * The exit decision: at which layer a step stops. It knows neither the decoder's state nor
 * searches.
 *
 * <p>Begin with {@link ExitRule}: what is measured, at which layers, and what is enough. {@link
 * ExitCheck} asks all steps of a batch after a layer. {@link StepExits} holds the verdict of one
 * step. {@link Confidence} has the measures, and {@link ExitCriterion.Threshold} compares a measure
 * with the threshold.
 *
 * <p>A rule of your own is an {@link ExitCriterion}. A measure is a value of {@link Confidence} and
 * of {@link dev.deed.value.ExitPolicy}. A cheaper head evaluation is a {@link HeadEvaluation} in
 * front of the others: it answers the steps of which it is sure, and leaves the rest to the one
 * behind it.
 *
 * <p>No decision may read a clock, or anything of the steps beside it.
 */
@NullMarked
package dev.deed.decode.exit;

import org.jspecify.annotations.NullMarked;
