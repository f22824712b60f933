package dev.deed.tensor.matrix;

import dev.deed.tensor.RowBlock;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Blocks of rows one under another, read as one matrix. Safe for use from many threads.
 *
 * @param blocks from top to bottom
 * @param inputs length of a row
 */
record StackedRows(List<RowBlock> blocks, int inputs) {
  /**
   * @throws IllegalArgumentException if {@code inputs} is negative
   */
  public StackedRows {
    if (inputs < 0) {
      throw new IllegalArgumentException("a matrix cannot have " + inputs + " columns");
    }
    blocks = List.copyOf(blocks);
  }

  /**
   * Rows of all blocks.
   *
   * @throws ArithmeticException if they are too many
   */
  public int outputs() {
    int outputs = 0;
    for (RowBlock block : blocks) {
      outputs = Math.addExact(outputs, block.outputs());
    }
    return outputs;
  }

  /**
   * Packs pieces of the matrix on all processors. Pieces are independent, so the result is the same
   * whatever their number.
   *
   * @param pieces number of them
   * @param pack packs pieces {@code first…end−1}
   */
  public static void pack(int pieces, ThreadPool.RangeTask pack) {
    int parts = Math.min(pieces, Runtime.getRuntime().availableProcessors());
    IntStream.range(0, parts)
        .parallel()
        .forEach(
            part ->
                pack.run(
                    ThreadPool.bound(part, parts, pieces),
                    ThreadPool.bound(part + 1, parts, pieces)));
  }

  /**
   * Reads rows from {@code output} on, as many as there are, {@code most} at most.
   *
   * @param rows receives them one after another, [most, inputs]
   * @return their number
   */
  public int read(long output, int most, float[] rows) {
    int filled = 0;
    long blockStart = 0;
    for (RowBlock block : blocks) {
      long first = Math.max(0, output + filled - blockStart);
      int count = (int) Math.min(block.outputs() - first, most - filled);
      if (count > 0) {
        float[] target = filled == 0 ? rows : new float[count * inputs];
        block.rows().rows((int) first, count, target);
        if (filled != 0) {
          System.arraycopy(target, 0, rows, filled * inputs, count * inputs);
        }
        filled += count;
      }
      blockStart += block.outputs();
    }
    return filled;
  }
}
