package dev.deed.tensor;

import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
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
  private static final double ROUNDING = 0x1p-23;

  private final WeightMatrix matrix;
  private final WeightMatrix copy;
  private final Kernels kernels;

  /** What fp32 rounds in a few operations, of the largest number that takes part. */
  private static final float SUMS = 0x1p-20f;

  private static final ThreadBuffer<float[]> BOUNDS = ThreadBuffer.ofFloats();

  /** [outputs], by how much an output of the copy may be off for an x of length 1. */
  private final float[] distances;

  private ScreeningMatrix(WeightMatrix matrix, WeightMatrix copy, Kernels kernels) {
    this.matrix = matrix;
    this.copy = copy;
    this.kernels = kernels;
    this.distances = new float[matrix.outputs()];
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
      double sums = rounding * (length(row, 0) + length(near, 0));
      distances[output] = above(Math.sqrt(apart) + sums);
    }
  }

  /**
   * @param matrix of a precision whose sums are fp32: one that rounds its inputs is further off
   *     than the copy can tell
   * @param memory where the copy is to lie, off the heap
   * @throws NotFiniteException when a weight is not finite
   */
  public static ScreeningMatrix of(
      WeightMatrix matrix, WeightPacking packing, Kernels kernels, Arena memory) {
    if (matrix.precision() == WeightPrecision.W8A8) {
      throw new IllegalArgumentException("a matrix that rounds its inputs cannot be screened");
    }
    WeightMatrix copy = packing.repack(WeightPrecision.INT8, matrix, memory);
    return new ScreeningMatrix(matrix, copy, kernels);
  }

  /** The copy's outputs; see {@link WeightMatrix#multiply}. */
  public void multiply(float[] x, int rows, float @Nullable [] bias, float[] y, ThreadPool pool) {
    copy.multiply(
        FloatRows.of(x, copy.inputs(), rows), bias, FloatRows.of(y, copy.outputs(), rows), pool);
  }

  /**
   * What is known of a row's softmax.
   *
   * @param statistics of the outputs as {@link #settle} leaves them: its largest output and its
   *     place are the matrix's own, its sum is near the true one
   * @param lowest that the largest probability can be, above 0
   * @param highest that it can be, at most 1
   * @param computed number of outputs that are the matrix's own
   */
  public record Settled(LogitStatistics statistics, double lowest, double highest, int computed) {}

  /** What is to be known of a row. */
  public interface Question {
    /** Whether the second largest output is to be the matrix's own too. */
    boolean asksTwo();

    /** Whether what is known of the largest probability is enough. */
    boolean isAnswered(Settled known);
  }

  /**
   * Puts the matrix's own outputs in place of the copy's: of those that may be the largest, and
   * then, until enough is known of its probability, of those that may count most beside it.
   *
   * @param x row {@code row} of what was multiplied, [rows, inputs]
   * @param bias of the outputs, or null
   * @param cap that the outputs have; see {@link Kernels#softCap}; 0 for none
   * @param y the row's outputs of {@link #multiply}, capped, of which some may have been made −∞;
   *     changed
   * @return null when too many would have to be computed, or numbers are not finite
   */
  public @Nullable Settled settle(
      float[] x, int row, float @Nullable [] bias, float cap, float[] y, Question question) {
    int from = row * matrix.inputs();
    float length = above(length(x, from));
    if (!(length < Float.MAX_VALUE)) {
      return null;
    }
    float[] bounds = BOUNDS.get(y.length);
    for (int i = 0; i < y.length; i++) {
      // A cap brings outputs no further apart, but is rounded itself.
      bounds[i] = distances[i] * length * (1 + SUMS) + SUMS * (Math.abs(y[i]) + cap);
    }
    return new ScreenedOutputs(this, new ScreenedOutputs.Row(x, from, bias, cap), y, bounds)
        .settle(question);
  }

  private float exact(ScreenedOutputs.Row row, int output) {
    float product = matrix.multiply(output, row.x(), row.from());
    float[] bias = row.bias();
    float sum = bias == null ? product : product + bias[output];
    return row.cap() == 0 ? sum : kernels.capped(sum, row.cap());
  }

  private static float above(double value) {
    return Math.nextUp((float) value);
  }

  private double length(float[] values, int from) {
    double sum = 0;
    for (int k = from; k < from + matrix.inputs(); k++) {
      sum += (double) values[k] * values[k];
    }
    return Math.sqrt(sum);
  }

  /**
   * The outputs of one row, first those of a copy, then more and more of them the matrix's own:
   * those that may be the largest, and of the others those that may count most in the softmax.
   */
  private static final class ScreenedOutputs {
    /** One in so many is computed at most; beyond, the matrix itself takes less time. */
    private static final int MOST_SHARE = 100;

    private static final int FEWEST = 64;

    /** Beyond it a sum of exponentials is lost in the rounding of its logarithm. */
    private static final float MOST_LOGIT = 1e6f;

    /** By how much less than the largest output those may be that are computed next, in nats. */
    private static final int STEP = 3;

    /** What is further below counts less than fp32 can tell. */
    private static final int DEEPEST = 24;

    /** Inputs from {@code from} on. Bias and cap are those of the outputs, null and 0 for none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(float[] x, int from, float @Nullable [] bias, float cap) {}

    private final ScreeningMatrix screen;
    private final Row row;
    private final float[] y;

    /** [outputs] at least: what one can be at most; −∞ where it is the matrix's own, or banned. */
    private final float[] bounds;

    private final float widest;
    private final int most;
    private int computed;
    private float largest;
    private float second = Float.NEGATIVE_INFINITY;

    /** Σ exp(output − offset) of those that are the matrix's own, with the largest as offset. */
    private double known;

    /**
     * @param bounds [outputs] at least: by how much outputs may be off; changed
     */
    ScreenedOutputs(ScreeningMatrix screen, Row row, float[] y, float[] bounds) {
      this.screen = screen;
      this.row = row;
      this.y = y;
      this.bounds = bounds;
      this.most = Math.max(FEWEST, y.length / MOST_SHARE);
      this.largest = Float.NEGATIVE_INFINITY;
      float widest = 0;
      for (int i = 0; i < y.length; i++) {
        // What is banned stays banned, whatever it may be off.
        boolean banned = y[i] == Float.NEGATIVE_INFINITY;
        widest = banned ? widest : Math.max(widest, bounds[i]);
        bounds[i] = banned ? y[i] : y[i] + bounds[i];
      }
      this.widest = widest;
    }

    @Nullable Settled settle(Question question) {
      int first = screen.kernels.argmax(y, 0, y.length);
      if (y[first] == Float.NEGATIVE_INFINITY) {
        return null;
      }
      compute(first);
      if (!computeFrom(largest) || !(Math.abs(largest) <= MOST_LOGIT)) {
        return null;
      }
      if (question.asksTwo() && !computeSecond()) {
        return null;
      }
      for (int depth = 0; depth <= DEEPEST; depth += STEP) {
        if (!computeFrom(largest - depth)) {
          return null;
        }
        Settled settled = tell();
        if (settled == null || question.isAnswered(settled)) {
          return settled;
        }
      }
      return null;
    }

    /** Computes all outputs that may be the second largest. */
    private boolean computeSecond() {
      int next = screen.kernels.argmax(bounds, 0, y.length);
      if (bounds[next] == Float.NEGATIVE_INFINITY) {
        return true;
      }
      return computeFrom(Math.max(second, y[next] - (bounds[next] - y[next])));
    }

    /**
     * Computes all outputs that may be at least this.
     *
     * @return false, and none is computed, where they are too many
     */
    private boolean computeFrom(float least) {
      int count = 0;
      for (int i = 0; i < y.length; i++) {
        count += bounds[i] >= least ? 1 : 0;
      }
      if (count > most - computed) {
        return false;
      }
      for (int i = 0; i < y.length && count > 0; i++) {
        if (bounds[i] >= least) {
          compute(i);
          count--;
        }
      }
      return true;
    }

    private void compute(int output) {
      computed++;
      bounds[output] = Float.NEGATIVE_INFINITY;
      y[output] = screen.exact(row, output);
      float before = largest;
      second = Math.max(second, Math.min(largest, y[output]));
      largest = Math.max(largest, y[output]);
      known = known * Math.exp(before - largest) + Math.exp(y[output] - largest);
    }

    private @Nullable Settled tell() {
      LogitStatistics near = screen.kernels.statistics(y, 0, y.length);
      LogitStatistics above = screen.kernels.statistics(bounds, 0, y.length);
      if (!near.isSound() || !above.isSound()) {
        return null;
      }
      // Statistics add up exponentials in 16 fp32 sums.
      double slack = (y.length / 16.0 + 32) * ROUNDING;
      double rest =
          above.max() == Float.NEGATIVE_INFINITY
              ? 0
              : Math.exp(above.logSumExp() - largest) * (1 + slack);
      double fewest = rest * Math.exp(-2.0 * widest) * (1 - 2 * slack);
      return new Settled(
          near,
          (1 - slack) / (known * (1 + slack) + rest),
          Math.min(1, (1 + slack) / (known * (1 - slack) + fewest)),
          computed);
    }
  }
}
