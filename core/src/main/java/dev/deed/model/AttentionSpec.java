package dev.deed.model;

/**
 * Multi-head attention.
 *
 * @param heads number of heads
 * @param headWidth width of one head; {@code heads * headWidth} may differ from the model width
 *     (T5)
 * @param scale factor of the query-key products
 * @param bias whether query, key, value and output projections have biases
 */
public record AttentionSpec(int heads, int headWidth, float scale, boolean bias) {
  /** Width of all heads side by side. */
  public int width() {
    return heads * headWidth;
  }
}
