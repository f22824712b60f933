package dev.deed.model.spec;

import dev.deed.tensor.Activation;

/**
 * Position-wise feed-forward network: {@code out(act(in x))}, gated: {@code out(act(gate x) * in
 * x)}.
 *
 * @param width inner width
 * @param activation applied to the inner width
 * @param gated whether a second projection is gated by the activated one (T5 v1.1)
 * @param bias whether the projections have biases
 * @param innerNorm whether a norm of the inner width stands before the last projection (NormFormer,
 *     Shleifer et al. 2021, arXiv 2110.09456)
 * @param outputNorm whether a norm follows the last projection
 * @param joined whether the gate is stored below the other projection, as one matrix
 */
public record FeedForwardSpec(
    int width,
    Activation activation,
    boolean gated,
    boolean bias,
    boolean innerNorm,
    boolean outputNorm,
    boolean joined) {
  /** A network without norms, whose projections are stored each by itself. */
  public FeedForwardSpec(int width, Activation activation, boolean gated, boolean bias) {
    this(width, activation, gated, bias, false, false, false);
  }
}
