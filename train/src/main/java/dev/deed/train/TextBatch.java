package dev.deed.train;

/**
 * Rows of token ids, padded on the right to equal lengths.
 *
 * @param encoderInput {@code [rows, encoder length]} ids
 * @param encoderMask {@code [rows, encoder length]}, false at padding
 * @param decoderInput {@code [rows, decoder length]} ids, the labels shifted right behind the start
 *     token
 * @param labels {@code [rows, decoder length]} ids, {@link #IGNORED} where nothing is learnt
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record TextBatch(
    long[][] encoderInput, boolean[][] encoderMask, long[][] decoderInput, long[][] labels) {
  /** Label of a position that the loss leaves out. */
  public static final long IGNORED = -100;
}
