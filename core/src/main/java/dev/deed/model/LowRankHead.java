package dev.deed.model;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.NotFiniteException;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WeightPacking;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A head of a few directions in int8, which says which tokens a draft may be: a sixteenth of the
 * bytes of an fp32 head. Its logits are off by what all of them share, the mean row's. Immutable
 * and safe for use from many threads.
 *
 * @param directions [rank, width], of hidden states
 * @param weights [vocabulary, rank]
 */
public record LowRankHead(WeightMatrix directions, WeightMatrix weights) {
  /**
   * Projects the rows of a head.
   *
   * @throws dev.deed.value.InputException when that gives what is not finite
   */
  static LowRankHead of(WeightMatrix head, HeadBasis basis, Arena memory) {
    int width = basis.width();
    int rank = basis.rank();
    WeightPacking packing = KernelChoice.packing();
    WeightMatrix projection = packing.pack(WeightPrecision.FP32, basis.rows(), rank, width);
    float[] mean = meanRow(head);
    float[] shared = new float[rank];
    for (int j = 0; j < rank; j++) {
      shared[j] = -projection.multiply(j, mean, 0);
    }
    RowSource rows =
        (first, count, target) -> {
          float[] block = new float[count * width];
          for (int i = 0; i < count; i++) {
            head.copyRow(first + i, block, i * width);
          }
          projection.multiply(
              FloatRows.of(block, width, count),
              shared,
              FloatRows.of(target, rank, count),
              ThreadPool.ALONE);
        };
    try {
      return new LowRankHead(
          packing.pack(
              WeightPrecision.FP32, RowSource.of(basis.hidden(), width), rank, width, memory),
          packing.pack(WeightPrecision.INT8, rows, head.outputs(), rank, memory));
    } catch (NotFiniteException e) {
      throw basis.tooLarge();
    }
  }

  /** The mean of a head's rows, which adds the same to all logits. */
  static float[] meanRow(WeightMatrix head) {
    int width = head.inputs();
    double[] sum = new double[width];
    float[] row = new float[width];
    for (int output = 0; output < head.outputs(); output++) {
      head.copyRow(output, row, 0);
      for (int k = 0; k < width; k++) {
        sum[k] += row[k];
      }
    }
    float[] mean = new float[width];
    for (int k = 0; k < width; k++) {
      mean[k] = (float) (sum[k] / head.outputs());
    }
    return mean;
  }

  /**
   * Says about how large logits are beside one another.
   *
   * @param x what the head reads, [rows, width]
   * @param bias of the head
   * @param near receives [rows, vocabulary]
   * @param workspace lends memory
   */
  public void apply(
      float[] x,
      int rows,
      float @Nullable [] bias,
      float[] near,
      Workspace workspace,
      ThreadPool pool) {
    int rank = directions.outputs();
    float[] read = workspace.get(Workspace.Purpose.HEAD, Math.multiplyExact(rows, rank));
    directions.multiply(
        FloatRows.of(x, directions.inputs(), rows), null, FloatRows.of(read, rank, rows), pool);
    weights.multiply(
        FloatRows.of(read, rank, rows), bias, FloatRows.of(near, weights.outputs(), rows), pool);
  }
}
