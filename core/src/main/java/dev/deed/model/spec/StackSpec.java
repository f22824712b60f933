package dev.deed.model.spec;

import java.util.List;

/**
 * A stack of equal transformer layers.
 *
 * @param layers number of layers
 * @param width width of the hidden state ({@code d_model})
 * @param attention self-attention of every layer
 * @param feedForward feed-forward network of every layer
 * @param norm kind of every norm in the stack
 * @param preNorm norms stand before each block (T5, mBART, ViT), else after its residual (BART,
 *     TrOCR)
 * @param finalNorm whether a norm follows the last layer
 * @param layerScale whether the outputs of attention and feed-forward network have a learned factor
 *     per channel before they are added (Touvron et al. 2021, arXiv 2103.17239; BEiT)
 * @param kinds what sets each layer's self-attention apart; empty where all are plain
 */
public record StackSpec(
    int layers,
    int width,
    AttentionSpec attention,
    FeedForwardSpec feedForward,
    NormSpec norm,
    boolean preNorm,
    boolean finalNorm,
    boolean layerScale,
    List<LayerKind> kinds) {
  public StackSpec {
    kinds = List.copyOf(kinds);
  }

  /** A stack of plain layers without layer scale. */
  public StackSpec(
      int layers,
      int width,
      AttentionSpec attention,
      FeedForwardSpec feedForward,
      NormSpec norm,
      boolean preNorm,
      boolean finalNorm) {
    this(layers, width, attention, feedForward, norm, preNorm, finalNorm, false, List.of());
  }

  /** The same with layers that differ, one of these for each. */
  public StackSpec with(List<LayerKind> others) {
    return new StackSpec(
        layers, width, attention, feedForward, norm, preNorm, finalNorm, layerScale, others);
  }

  /** The same without layers, where a front is the whole encoder. */
  public StackSpec empty() {
    return new StackSpec(0, width, attention, feedForward, norm, true, false);
  }

  /** What sets layer {@code layer}, from 0, apart. */
  public LayerKind kind(int layer) {
    return kinds.isEmpty() ? LayerKind.PLAIN : kinds.get(layer);
  }
}
