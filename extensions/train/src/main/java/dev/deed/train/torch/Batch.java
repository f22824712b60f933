package dev.deed.train.torch;

import org.jspecify.annotations.Nullable;

/**
 * Rows of one training step.
 *
 * @param input for the encoder
 * @param inputs {@code [rows]}: of the encoder's rows, that which each row attends to; null where
 *     each has its own
 * @param decoderInput {@code [rows, length]} ids, padded on the right: the labels shifted right
 *     behind the start token and what else the decoder is told
 * @param labels {@code [rows, length]} ids, {@link #IGNORED} where nothing is learnt
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record Batch(
    BatchInput input, long @Nullable [] inputs, long[][] decoderInput, long[][] labels) {
  /** Label of a position that the loss leaves out. */
  public static final long IGNORED = -100;
}
