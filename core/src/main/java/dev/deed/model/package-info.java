/**
 * One transformer, which follows a description: a {@link dev.deed.model.spec.TransformerSpec}. It
 * knows nothing of families, of sampling, or of where inputs come from.
 *
 * <p>Begin with {@link Decoder}: {@code embed}, {@code layer}, {@code exitHidden} and {@code head}
 * are all that decoding asks of it. {@link DecoderLayer} is three {@link Block}s over a block of
 * rows. {@link EncoderPass} takes inputs through an {@link Encoder} a piece at a time. {@link
 * CrossMemory} has keys and values of the encoder's output, layer by layer, once a layer asks for
 * them. {@link Linear} is where bytes of a file become a matrix.
 *
 * <p>A kind of norm, position or activation that no model had yet is a value in {@code
 * dev.deed.model.spec} and a case here. A family needs nothing here: see {@code
 * dev.deed.model.family}.
 *
 * <p>Weights are immutable and shared. What a sequence remembers belongs to {@code
 * dev.deed.decode.DecoderState}, not to a layer.
 */
@NullMarked
package dev.deed.model;

import org.jspecify.annotations.NullMarked;
