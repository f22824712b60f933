package dev.deed.model.spec;

import dev.deed.tensor.AttentionHeads;

/**
 * Multi-head attention.
 *
 * @param heads number of heads
 * @param keyValueHeads number of heads of keys and values, each of which serves as many consecutive
 *     heads of queries (Ainslie et al. 2023, arXiv 2305.13245)
 * @param headWidth width of one head; {@code heads * headWidth} may differ from the model width
 *     (T5)
 * @param scale factor of the query-key products
 * @param scoreCap scores are {@code cap · tanh(score / cap)}; 0 for none
 * @param biases which projections have biases
 * @param headScales whether each head's output has a learned factor (NormFormer, Shleifer et al.
 *     2021, arXiv 2110.09456)
 * @param headNorms whether a norm follows each head's query and key
 * @param outputNorm whether a norm follows the output projection (NormFormer)
 */
public record AttentionSpec(
    int heads,
    int keyValueHeads,
    int headWidth,
    float scale,
    float scoreCap,
    Biases biases,
    boolean headScales,
    boolean headNorms,
    boolean outputNorm) {
  /** Attention whose heads have keys and values of their own, without what NormFormer adds. */
  public AttentionSpec(int heads, int headWidth, float scale, Biases biases) {
    this(heads, heads, headWidth, scale, 0, biases, false, false, false);
  }

  /** The same with heads that fill a width; the scale is one over the root of a head's width. */
  public static AttentionSpec within(int width, int heads, Biases biases) {
    int headWidth = width / heads;
    return new AttentionSpec(heads, headWidth, (float) StrictMath.pow(headWidth, -0.5), biases);
  }

  /** Which of the four projections have biases: Whisper's keys have none, nor BEiT's. */
  public record Biases(boolean query, boolean key, boolean value, boolean output) {
    public static Biases everywhere(boolean there) {
      return new Biases(there, there, there, there);
    }

    /** On the output, and on queries, keys and values where {@code inputs} says so. */
    public static Biases onOutput(boolean inputs) {
      return new Biases(inputs, inputs, inputs, true);
    }
  }

  /** Width of all heads side by side. */
  public int width() {
    return heads * headWidth;
  }

  /** Width of all keys, or values, of a position. */
  public int keyWidth() {
    return keyValueHeads * headWidth;
  }

  /** How kernels find the heads, and what becomes of their scores. */
  public AttentionHeads layout() {
    return new AttentionHeads(heads / keyValueHeads, headWidth, scale, scoreCap);
  }
}
