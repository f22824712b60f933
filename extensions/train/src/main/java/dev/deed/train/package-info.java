/**
 * Training with multi-exit deep supervision on LibTorch: a data set in, a model folder out.
 *
 * <p>Begin with {@link Training}, which opens and locks folders, reads data and starts. {@link
 * Trainer} is the loop: its {@code step} is batch, forward pass, loss, backward pass, clipping,
 * optimiser. {@link DeepSupervisionLoss} combines the losses of all exits, {@link Objective} adds
 * the gate's. {@link ExampleEncoder} and {@link Collator} make batches of lines. The forward pass
 * is in {@code dev.deed.train.torch}.
 *
 * <p>A loss of your own is a {@link DeepSupervisionLoss.Kind}. An architecture is a JSON file among
 * the presets and its name in {@link Preset#NAMES}. A recipe's field goes into {@link
 * TrainingRecipe}, so that a resumed run is refused where it differs.
 *
 * <p>Losses of a resumed run are those of one that was never stopped; a test says so.
 */
@NullMarked
package dev.deed.train;

import org.jspecify.annotations.NullMarked;
