package dev.deed.tensor;

/**
 * What is added to the scaled scores before the softmax: for query row r, head h and position p,
 * {@code data[offset + r·rowStep + h·headStride + p]}.
 *
 * <p>A relative position bias needs one vector per head of which each row reads a window: {@code
 * rowStep} −1. A mask is a bias of 0 and −∞; a row must keep at least one position.
 *
 * @param data values, not copied
 * @param offset index for row 0, head 0, position 0
 * @param rowStep distance between query rows, may be 0 or negative
 * @param headStride distance between heads, 0 when all heads share a bias
 */
public record AttentionBias(float[] data, int offset, int rowStep, int headStride) {
  /** Index of the first value of a row and head. */
  public int index(int row, int head) {
    return offset + row * rowStep + head * headStride;
  }

  /** The bias of the query rows from {@code row} on. */
  public AttentionBias from(int row) {
    return new AttentionBias(data, offset + row * rowStep, rowStep, headStride);
  }
}
