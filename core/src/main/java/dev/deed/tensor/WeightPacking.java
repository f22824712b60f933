package dev.deed.tensor;

import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.List;

/** Packs weights for products of this machine. Safe for use from many threads. */
@FunctionalInterface
public interface WeightPacking {
  /**
   * Packs several blocks one under another, such as the query, key and value projections that are
   * computed in one go.
   *
   * @param blocks from top to bottom, each with rows of length {@code inputs}
   * @param memory where the weights are to lie, off the heap; for all threads
   * @throws NotFiniteException in {@link WeightPrecision#INT8} and {@link WeightPrecision#W8A8},
   *     when a weight is not finite
   */
  WeightMatrix stack(WeightPrecision precision, List<RowBlock> blocks, int inputs, Arena memory);

  /** What computes products of several rows on this processor. Bits do not depend on it. */
  default BlockKernel blockKernel(WeightPrecision precision) {
    return BlockKernel.SIXTEEN_REGISTERS;
  }

  /**
   * The precision in which a model of this size answers soonest on this processor, without a loss
   * that can be measured (lab/results/lossless.md, "Precision"). It weighs the whole answer: a step
   * of {@link WeightPrecision#W8A8} may take a tenth longer than one of {@link
   * WeightPrecision#INT8}, its encoder a quarter of the time (lab/results/speed.md).
   *
   * @param bytes of its weights in fp32
   */
  default WeightPrecision fastest(long bytes) {
    return WeightPrecision.FP32;
  }

  /** Packs the rows of one source. */
  default WeightMatrix pack(
      WeightPrecision precision, RowSource rows, int outputs, int inputs, Arena memory) {
    return stack(precision, List.of(new RowBlock(rows, outputs)), inputs, memory);
  }

  /** Packs the weights of a matrix once more, in another precision. */
  default WeightMatrix repack(WeightPrecision precision, WeightMatrix matrix, Arena memory) {
    int inputs = matrix.inputs();
    RowSource rows =
        (first, count, target) -> {
          for (int i = 0; i < count; i++) {
            matrix.copyRow(first + i, target, i * inputs);
          }
        };
    return pack(precision, rows, matrix.outputs(), inputs, memory);
  }

  /**
   * Packs a heap array, in memory of its own.
   *
   * @param rowMajor weights [outputs, inputs], row-major; not kept
   * @throws IllegalArgumentException if the array has not exactly outputs × inputs values
   */
  default WeightMatrix pack(WeightPrecision precision, float[] rowMajor, int outputs, int inputs) {
    if (rowMajor.length != (long) outputs * inputs) {
      throw new IllegalArgumentException(
          "%d values are no [%d, %d] matrix".formatted(rowMajor.length, outputs, inputs));
    }
    return pack(precision, RowSource.of(rowMajor, inputs), outputs, inputs, Arena.ofAuto());
  }
}
