package dev.deed.model.spec;

/**
 * Multi-head attention.
 *
 * @param heads number of heads
 * @param headWidth width of one head; {@code heads * headWidth} may differ from the model width
 *     (T5)
 * @param scale factor of the query-key products
 * @param biases which projections have biases
 * @param headScales whether each head's output has a learned factor (NormFormer, Shleifer et al.
 *     2021, arXiv 2110.09456)
 * @param outputNorm whether a norm follows the output projection (NormFormer)
 */
public record AttentionSpec(
    int heads, int headWidth, float scale, Biases biases, boolean headScales, boolean outputNorm) {
  /** Attention without what NormFormer adds. */
  public AttentionSpec(int heads, int headWidth, float scale, Biases biases) {
    this(heads, headWidth, scale, biases, false, false);
  }

  /** Which of the four projections have biases: Whisper's keys have none, nor BEiT's. */
  public record Biases(boolean query, boolean key, boolean value, boolean output) {
    public static Biases everywhere(boolean there) {
      return new Biases(there, there, there, there);
    }
  }

  /** Width of all heads side by side. */
  public int width() {
    return heads * headWidth;
  }
}
