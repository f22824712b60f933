package dev.deed.model;

import dev.deed.checkpoint.Interruption;
import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One encoder layer: self-attention over all positions, feed-forward. */
public record EncoderLayer(
    int width,
    Block attentionBlock,
    SelfAttention attention,
    Block forwardBlock,
    FeedForward forward) {
  public static EncoderLayer read(ParameterSource source, Names.Layer names, StackSpec stack) {
    return new EncoderLayer(
        stack.width(),
        Block.read(source, names.self().norm(), stack),
        SelfAttention.read(source, names.self(), stack),
        Block.read(source, names.feedForward().norm(), stack),
        FeedForward.read(source, names.feedForward(), stack));
  }

  /** What is left when encoding is stopped. */
  public static final String HALF_ENCODED = "the input is not wholly encoded; run it again";

  /** About a second's work: what attention does between two looks at interruption. */
  private static final long MOST_MULTIPLY_ADDS = 1L << 30;

  /**
   * Rows of one input in a block of several.
   *
   * @param rows number of them
   * @param visible rows that they all attend to, the first ones
   * @param bias of their attention
   */
  public record Rows(int rows, int visible, @Nullable AttentionBias bias) {}

  /**
   * Changes hidden in place.
   *
   * @param hidden [all rows, width], one input's rows after the other's
   * @param inputs what the rows belong to, in their order
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public void apply(float[] hidden, List<Rows> inputs, Workspace workspace, WorkerTeam team) {
    int count = inputs.stream().mapToInt(Rows::rows).sum();
    attentionBlock.apply(
        hidden,
        count,
        width,
        workspace,
        team,
        (x, y) -> {
          float[] projected = attention.project(x, count, workspace, team);
          float[] attended = workspace.get(Purpose.ATTENDED, count * attention.spec().width());
          int first = 0;
          for (Rows rows : inputs) {
            KeyValueCache cache = workspace.emptyCache(attention.spec(), rows.visible);
            attention.append(projected, first, rows.visible, cache, team);
            attend(projected, first, rows, cache, attended, team);
            first += rows.rows;
          }
          attention.output().apply(attended, count, y, team);
        });
    Interruption.check(EncoderLayer.HALF_ENCODED);
    forwardBlock.apply(
        hidden,
        count,
        width,
        workspace,
        team,
        (x, y) -> forward.apply(x, count, y, workspace, team));
  }

  /** Block by block; a row's bits do not depend on the others. */
  private void attend(
      float[] projected,
      int start,
      Rows input,
      KeyValueCache cache,
      float[] attended,
      WorkerTeam team) {
    int rows = input.rows;
    int visible = cache.length();
    long work = 2L * Math.max(1, visible) * attention.spec().width();
    int block = (int) Math.clamp(MOST_MULTIPLY_ADDS / work, 1, Math.max(1, rows));
    for (int first = 0; first < rows; first += block) {
      Interruption.check(EncoderLayer.HALF_ENCODED);
      KernelChoice.attention()
          .attend(
              attention.job(
                  projected,
                  start + first,
                  Math.min(block, rows - first),
                  cache,
                  visible,
                  0,
                  input.bias == null ? null : input.bias.from(first),
                  attended),
              team);
    }
  }
}
