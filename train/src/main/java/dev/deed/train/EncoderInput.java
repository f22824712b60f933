package dev.deed.train;

/** What the encoder reads for the rows of a batch. */
public sealed interface EncoderInput {
  /** Number of rows. */
  int rows();

  /**
   * Token ids, padded on the right to equal lengths.
   *
   * @param ids {@code [rows, length]}
   * @param mask {@code [rows, length]}, false at padding
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record Text(long[][] ids, boolean[][] mask) implements EncoderInput {
    @Override
    public int rows() {
      return ids.length;
    }
  }

  /**
   * Pictures of one size.
   *
   * @param values {@code [rows, channels, height, width]}, normalised, row-major
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record Pictures(float[] values, int rows, int channels, int height, int width)
      implements EncoderInput {}
}
