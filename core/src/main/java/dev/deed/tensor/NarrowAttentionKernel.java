package dev.deed.tensor;

/** Attention over keys and values in int8, for a range of heads; see {@link NarrowAttention}. */
public interface NarrowAttentionKernel {
  /**
   * Rounds keys and values of heads {@code firstHead..endHead-1}: the scale of a head of a position
   * is a 127th of the largest magnitude.
   *
   * @param wide as many positions or more
   * @param narrow receives them
   */
  void round(KeyValueCache wide, NarrowKeysValues narrow, int firstHead, int endHead);

  /** Computes heads {@code firstHead..endHead-1} of all rows. */
  void attend(NarrowAttention.Job job, int firstHead, int endHead);
}
