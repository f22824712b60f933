package dev.deed.model;

import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import org.jspecify.annotations.Nullable;

/** One encoder layer: self-attention over all positions, feed-forward. */
public record EncoderLayer(
    int width,
    Block attentionBlock,
    SelfAttention attention,
    Block forwardBlock,
    FeedForward forward) {
  public static EncoderLayer read(
      ParameterSource source,
      Names.Layer names,
      StackSpec stack,
      LayerKind kind,
      @Nullable Rotary rotary) {
    return new EncoderLayer(
        stack.width(),
        Block.read(source, names.self().norm(), stack),
        SelfAttention.read(source, names.self(), stack, kind, rotary),
        Block.read(source, names.feedForward().norm(), stack),
        FeedForward.read(source, names.feedForward(), stack));
  }

  /** What is left when encoding is stopped. */
  public static final String HALF_ENCODED = "the input is not wholly encoded; run it again";

  /**
   * Rows of one input in a block of several.
   *
   * @param rows number of them
   * @param visible rows that they all attend to, the first ones
   * @param bias of their attention
   */
  public record Rows(int rows, int visible, @Nullable AttentionBias bias) {}
}
