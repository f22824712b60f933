package dev.deed.tensor;

import dev.deed.tensor.memory.WeightMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An int8 copy of a matrix that finds the largest output of a row without reading the matrix: the
 * copy says how large every output can be at most, and the few that may be the largest are computed
 * from the matrix itself, to the bit. A quarter of the memory traffic of fp32.
 *
 * <p>With w a row of the matrix and v that of the copy, {@code |w·x − v·x| ≤ |w − v| |x|}
 * (Cauchy–Schwarz). Both sums are rounded, by at most {@code γ |w| |x|} and {@code γ |v| |x|} with
 * {@code γ = (inputs + 4) 2⁻²³} (Higham, Accuracy and Stability of Numerical Algorithms, section
 * 3.1, with room to spare).
 *
 * <p>Immutable and safe for use from many threads.
 */
public final class ScreeningMatrix {
  /** Beyond so many outputs of a row, the matrix itself takes less time. */
  private static final int MOST_CANDIDATES = 64;

  private static final double ROUNDING = 0x1p-23;

  /** Beyond it a sum of exponentials is lost in the rounding of its logarithm. */
  private static final float MOST_LOGIT = 1e6f;

  private final WeightMatrix matrix;
  private final WeightMatrix copy;
  private final Kernels kernels;

  /** [outputs], by how much an output of the copy may be off for an x of length 1. */
  private final double[] distances;

  private final double largestDistance;

  private ScreeningMatrix(WeightMatrix matrix, WeightMatrix copy, Kernels kernels) {
    this.matrix = matrix;
    this.copy = copy;
    this.kernels = kernels;
    this.distances = new double[matrix.outputs()];
    float[] row = new float[matrix.inputs()];
    float[] near = new float[matrix.inputs()];
    double rounding = (matrix.inputs() + 4) * ROUNDING;
    for (int output = 0; output < distances.length; output++) {
      matrix.copyRow(output, row, 0);
      copy.copyRow(output, near, 0);
      double apart = 0;
      for (int k = 0; k < row.length; k++) {
        double difference = (double) row[k] - near[k];
        apart += difference * difference;
      }
      distances[output] = Math.sqrt(apart) + rounding * (length(row, 0) + length(near, 0));
    }
    this.largestDistance = Arrays.stream(distances).max().orElse(0);
  }

  /**
   * Makes the copy.
   *
   * @param matrix of a precision whose sums are fp32: one that rounds its inputs is further off
   *     than the copy can tell
   * @throws NotFiniteException when a weight is not finite
   */
  public static ScreeningMatrix of(WeightMatrix matrix, WeightPacking packing, Kernels kernels) {
    if (matrix.precision() == Precision.W8A8) {
      throw new IllegalArgumentException("a matrix that rounds its inputs cannot be screened");
    }
    int inputs = matrix.inputs();
    RowSource rows =
        (first, count, target) -> {
          for (int i = 0; i < count; i++) {
            matrix.copyRow(first + i, target, i * inputs);
          }
        };
    WeightMatrix copy =
        packing.pack(Precision.INT8, rows, matrix.outputs(), inputs, new WeightMemory());
    return new ScreeningMatrix(matrix, copy, kernels);
  }

  /** The copy's outputs; see {@link WeightMatrix#multiply}. */
  public void multiply(float[] x, int rows, float @Nullable [] bias, float[] y, WorkerTeam team) {
    copy.multiply(
        FloatRows.of(x, copy.inputs(), rows), bias, FloatRows.of(y, copy.outputs(), rows), team);
  }

  /**
   * What is known of a row's softmax.
   *
   * @param statistics of the outputs as {@link #settle} leaves them: its largest output and its
   *     place are the matrix's own, its sum is near the true one
   * @param lowest that the largest probability can be, above 0
   * @param highest that it can be, at most 1
   */
  public record Settled(LogitStatistics statistics, double lowest, double highest) {}

  /**
   * Puts the matrix's own outputs in place of the copy's wherever they may be the largest.
   *
   * @param x row {@code row} of what was multiplied, [rows, inputs]
   * @param bias of the outputs, or null
   * @param y the row's outputs of {@link #multiply}, of which some may have been made −∞; changed
   * @return null when too many may be the largest, or numbers are not finite
   */
  public @Nullable Settled settle(float[] x, int row, float @Nullable [] bias, float[] y) {
    int from = row * matrix.inputs();
    double length = length(x, from);
    if (!(length < Float.MAX_VALUE)) {
      return null;
    }
    double least = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < distances.length; i++) {
      least = Math.max(least, y[i] - off(i, length, y));
    }
    int[] candidates = new int[MOST_CANDIDATES];
    int count = 0;
    for (int i = 0; i < distances.length; i++) {
      if (y[i] + off(i, length, y) >= least && y[i] != Float.NEGATIVE_INFINITY) {
        if (count == MOST_CANDIDATES) {
          return null;
        }
        candidates[count++] = i;
      }
    }
    for (int c = 0; c < count; c++) {
      int output = candidates[c];
      float product = matrix.multiply(output, x, from);
      y[output] = bias == null ? product : product + bias[output];
    }
    LogitStatistics statistics = kernels.statistics(y, 0, distances.length);
    if (count == 0 || !statistics.isSound() || Math.abs(statistics.max()) > MOST_LOGIT) {
      return null;
    }
    double known = 0;
    for (int c = 0; c < count; c++) {
      known += Math.exp((double) y[candidates[c]] - statistics.max());
    }
    double sum = Math.exp(statistics.logSumExp() - statistics.max());
    // Statistics add up exponentials in 16 fp32 sums.
    double slack = (distances.length / 16.0 + 32) * ROUNDING;
    double most = Math.exp(largestDistance * length + ROUNDING * Math.abs(statistics.max()));
    double fewest = Math.max(0, sum * (1 - slack) - known) / most;
    double rest = Math.max(0, sum * (1 + slack) - known) * most;
    return new Settled(
        statistics, (1 - slack) / (known + rest), Math.min(1, (1 + slack) / (known + fewest)));
  }

  /** By how much an output may be off, the rounding of its scale and bias included. */
  private double off(int output, double length, float[] y) {
    return distances[output] * length + ROUNDING * Math.abs(y[output]);
  }

  private double length(float[] values, int from) {
    double sum = 0;
    for (int k = from; k < from + matrix.inputs(); k++) {
      sum += (double) values[k] * values[k];
    }
    return Math.sqrt(sum);
  }
}
