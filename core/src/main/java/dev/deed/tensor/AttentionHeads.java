package dev.deed.tensor;

/**
 * Which keys and values the heads of queries read, and what becomes of their products.
 *
 * @param group consecutive heads of queries that read the same keys and values (Ainslie et al.
 *     2023, arXiv 2305.13245); 1 where each has its own
 * @param stride from a head's values to the next head's, in queries and output; the heads of a
 *     group lie one after the other
 * @param scale factor of the products
 * @param cap scores are {@code cap · tanh(score / cap)}; 0 for none
 */
public record AttentionHeads(int group, int stride, float scale, float cap) {
  /** Index where a row's values of a head begin, in queries or output. */
  public int index(FloatRows rows, int row, int head) {
    return rows.at(row) + head * stride;
  }
}
