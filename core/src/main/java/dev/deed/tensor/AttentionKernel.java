package dev.deed.tensor;

/** Attention for a range of heads and query rows; see {@link Attention#attend}. */
public interface AttentionKernel {
  /** Computes heads {@code firstHead..endHead-1} of rows {@code firstRow..endRow-1}. */
  void attend(AttentionJob job, int firstHead, int endHead, int firstRow, int endRow);
}
