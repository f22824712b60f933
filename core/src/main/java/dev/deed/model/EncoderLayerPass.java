package dev.deed.model;

import dev.deed.files.Interruption;
import dev.deed.model.EncoderLayer.Rows;
import dev.deed.model.Workspace.Purpose;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One encoder layer over the rows of one or more inputs, a block of rows at a time: first the
 * queries, keys and values of all rows, then attention and what follows it. The bits of a row do
 * not depend on the blocks. Belongs to one thread.
 */
final class EncoderLayerPass {
  /** Multiply-adds of attention in one piece of work: a part of a second's. */
  private static final long MOST_MULTIPLY_ADDS = 1L << 30;

  private final EncoderLayer layer;
  private final float[] hidden;
  private final List<Rows> inputs;
  private final Workspace workspace;
  private final int count;

  /** Queries, keys and values, [count, 3 · attention width]. */
  private final float[] projected;

  /** Keys and values of the input whose rows attend now. */
  private @Nullable KeyValueCache cache;

  /** Rows whose queries, keys and values are there. */
  private int projectedRows;

  /** Rows that have run the whole layer. */
  private int finishedRows;

  /**
   * @param hidden [all rows, width], one input's rows after the other's; changed in place
   * @param inputs what the rows belong to, in their order
   * @param workspace that no one else uses until the layer has run
   */
  EncoderLayerPass(EncoderLayer layer, float[] hidden, List<Rows> inputs, Workspace workspace) {
    this.layer = layer;
    this.hidden = hidden;
    this.inputs = inputs;
    this.workspace = workspace;
    this.count = inputs.stream().mapToInt(Rows::rows).sum();
    this.projected = layer.attention().projected(count, workspace);
  }

  /**
   * Runs the next block; the whole layer where all rows are one block.
   *
   * @param mostRows of the block
   * @return whether rows are left to run
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  boolean advance(int mostRows, ThreadPool pool) {
    if (projectedRows < count) {
      int rows = block(count - projectedRows, mostRows);
      project(projectedRows, rows, pool);
      projectedRows += rows;
      if (count > mostRows) {
        return true;
      }
    }
    // To attend to a long input takes longer than all products of its rows.
    int most = count > mostRows ? Math.min(mostRows, rowsInAPiece(count)) : mostRows;
    int rows = block(count - finishedRows, most);
    finish(finishedRows, rows, pool);
    finishedRows += rows;
    return finishedRows < count;
  }

  /** Blocks of nearly the same size: a short last one would use the processor badly. */
  private static int block(int left, int mostRows) {
    return left == 0 ? 0 : Math.ceilDiv(left, Math.ceilDiv(left, mostRows));
  }

  private void project(int first, int rows, ThreadPool pool) {
    float[] block = read(first, rows);
    float[] x = layer.attentionBlock().input(block, rows, layer.width(), workspace, pool);
    layer.attention().projections().apply(x, rows, projected, first, pool);
  }

  private void finish(int first, int rows, ThreadPool pool) {
    int width = layer.width();
    float[] block = read(first, rows);
    float[] attended = attended(first, rows, pool);
    float[] output = workspace.get(Purpose.BLOCK_OUTPUT, rows * width);
    layer.attention().output().apply(attended, rows, output, pool);
    layer.attentionBlock().add(output, block, rows, width, pool);
    Interruption.check(EncoderLayer.HALF_ENCODED);
    Block.Inner forward = (x, y) -> layer.forward().apply(x, rows, y, workspace, pool);
    layer.forwardBlock().apply(block, rows, width, workspace, pool, forward);
    if (block != hidden) {
      System.arraycopy(block, 0, hidden, first * width, rows * width);
    }
  }

  /** Hidden states of a block, [rows, width]. */
  private float[] read(int first, int rows) {
    if (rows == count) {
      return hidden;
    }
    int width = layer.width();
    float[] block = workspace.get(Purpose.BLOCK, rows * width);
    System.arraycopy(hidden, first * width, block, 0, rows * width);
    return block;
  }

  /** What the rows of a block attend to, [rows, attention width]: each row to its own input. */
  private float[] attended(int first, int rows, ThreadPool pool) {
    SelfAttention attention = layer.attention();
    float[] attended = workspace.get(Purpose.ATTENDED, rows * attention.spec().width());
    int start = 0;
    for (Rows input : inputs) {
      int from = Math.max(first, start);
      int end = Math.min(first + rows, start + input.rows());
      if (from < end && from == start) {
        cache = workspace.emptyCache(attention.spec(), input.visible());
        attention.append(projected, start, input.visible(), cache, pool);
      }
      KeyValueCache seen = cache;
      while (from < end && seen != null) {
        Interruption.check(EncoderLayer.HALF_ENCODED);
        int some = Math.min(end - from, rowsInAPiece(seen.length()));
        AttentionBias bias = input.bias() == null ? null : input.bias().from(from - start);
        KernelChoice.attention()
            .attend(
                attention.job(
                    projected, from, some, seen, from - start, false, bias, attended, from - first),
                pool);
        from += some;
      }
      start += input.rows();
    }
    return attended;
  }

  /** Rows of one piece of work, where each of them attends to this number of positions. */
  private int rowsInAPiece(int positions) {
    long work = 2L * Math.max(1, positions) * layer.attention().spec().width();
    return (int) Math.clamp(MOST_MULTIPLY_ADDS / work, 1, Integer.MAX_VALUE);
  }
}
