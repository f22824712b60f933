package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import org.jspecify.annotations.Nullable;

/** One encoder layer: self-attention over all positions, feed-forward. */
record EncoderLayer(
    int width,
    Block attentionBlock,
    SelfAttention attention,
    Block forwardBlock,
    FeedForward forward) {
  static EncoderLayer read(ParameterSource source, String name, StackSpec stack) {
    return new EncoderLayer(
        stack.width(),
        new Block(Norm.read(source, name + ".self_norm", stack.norm()), stack.preNorm()),
        SelfAttention.read(source, name + ".self", stack),
        new Block(Norm.read(source, name + ".feed_forward_norm", stack.norm()), stack.preNorm()),
        FeedForward.read(source, name + ".feed_forward", stack));
  }

  /**
   * Changes hidden [rows, width] in place.
   *
   * @param visible rows that all rows attend to, the first ones
   */
  void apply(
      float[] hidden,
      int rows,
      int visible,
      @Nullable AttentionBias bias,
      Workspace workspace,
      WorkerTeam team) {
    attentionBlock.apply(
        hidden,
        rows,
        width,
        workspace,
        (x, y) -> {
          float[] projected = attention.project(x, rows, workspace, team);
          KeyValueCache cache = new KeyValueCache(attention.spec().width(), visible);
          attention.append(projected, 0, visible, cache);
          float[] attended = workspace.get(Purpose.ATTENDED, rows * attention.spec().width());
          attention.attend(projected, 0, rows, cache, visible, 0, bias, attended, team);
          attention.output().apply(attended, rows, y, team);
        });
    forwardBlock.apply(
        hidden, rows, width, workspace, (x, y) -> forward.apply(x, rows, y, workspace, team));
  }
}
