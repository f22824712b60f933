/**
 * A model as data. Inference and training follow the same description.
 *
 * <p>Begin with {@link TransformerSpec}: encoder, decoder, head and exits as records. {@link
 * ExitSpec} says where a decoder may emit, {@link EncoderFront} how an input becomes hidden states,
 * {@link EncoderInput} what an encoder reads. {@link ParameterTable} lists every tensor that a
 * description needs, by the canonical names of {@link Names}; a checkpoint is held against it.
 *
 * <p>A new choice of architecture is a component of a record with a default that leaves all other
 * models as they are, and its parameters in {@link ParameterTable}. Canonical names are part of the
 * format of trained exits: do not rename them.
 */
@NullMarked
package dev.deed.model.spec;

import org.jspecify.annotations.NullMarked;
