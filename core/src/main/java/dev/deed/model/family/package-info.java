/**
 * Model families as data: each turns a {@code config.json} into a description and a table of tensor
 * names.
 *
 * <p>Begin with {@link ModelFolder}, which opens a folder and binds every parameter to a tensor of
 * a checked shape. {@link ModelFamily} finds the family of a {@code model_type}; {@link T5Family}
 * is a short one to read, with {@link T5Stacks} behind it.
 *
 * <p>A family of your own is a class beside these, a type in {@link ModelFamily#TYPES} and a case
 * in {@code ModelFamily.of}. It reads every key that changes results with its default in
 * Transformers, refuses what is not supported, and names its tensors in a {@link NameTable}. {@link
 * PegasusFamily} has 20 lines. {@code docs/models.md} has the steps.
 *
 * <p>No layer and no decoding loop asks which family a model is of. What sets one apart goes into
 * its description.
 */
@NullMarked
package dev.deed.model.family;

import org.jspecify.annotations.NullMarked;
