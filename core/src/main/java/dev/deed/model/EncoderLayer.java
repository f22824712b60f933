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

  /** About a second's work: what attention does between two looks at interruption. */
  private static final long MOST_MULTIPLY_ADDS = 1L << 30;

  /**
   * Changes hidden [rows, width] in place.
   *
   * @param visible rows that all rows attend to, the first ones
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
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
          attend(projected, rows, cache, bias, attended, team);
          attention.output().apply(attended, rows, y, team);
        });
    Interruption.check();
    forwardBlock.apply(
        hidden, rows, width, workspace, (x, y) -> forward.apply(x, rows, y, workspace, team));
  }

  /** Block by block; a row's bits do not depend on the others. */
  private void attend(
      float[] projected,
      int rows,
      KeyValueCache cache,
      @Nullable AttentionBias bias,
      float[] attended,
      WorkerTeam team) {
    int visible = cache.length();
    long work = 2L * Math.max(1, visible) * attention.spec().width();
    int block = (int) Math.clamp(MOST_MULTIPLY_ADDS / work, 1, Math.max(1, rows));
    for (int first = 0; first < rows; first += block) {
      Interruption.check();
      attention.attend(
          projected,
          first,
          Math.min(block, rows - first),
          cache,
          visible,
          0,
          bias == null ? null : bias.from(first),
          attended,
          team);
    }
  }
}
