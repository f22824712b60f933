/**
 * What turns an input into the first hidden states of an encoder, one file for each kind: tokens,
 * patches, windows, a spectrogram, words with boxes, or several of these.
 *
 * <p>Begin with {@link TokenFront}, the shortest, then {@link PatchFront} or {@link
 * SpectrogramFront}. All are {@link dev.deed.model.spec.EncoderFront}s: they declare their
 * parameters, read them, and compute. {@link BoxHead} stands at the other end: it finds boxes of
 * table cells in decoder states.
 *
 * <p>A front of your own is a class here and the family that names it. It lists its own parameters,
 * so it needs no line elsewhere. Convolutional and window encoders share {@link Convolution},
 * {@link FeatureMap}, {@link GridLayer} and {@link WindowAttention}.
 */
@NullMarked
package dev.deed.model.front;

import org.jspecify.annotations.NullMarked;
