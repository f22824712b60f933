package dev.deed.tensor;

import dev.deed.value.WeightPrecision;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix W of shape [outputs, inputs] for {@code y = x Wᵀ + b}. Immutable and safe for use
 * from many threads. {@link WeightPacking} makes them.
 */
public interface WeightMatrix {
  WeightPrecision precision();

  /** Number of rows of W: values computed for each row of x. */
  int outputs();

  /** Number of columns of W: values read of each row of x. */
  int inputs();

  /**
   * Computes {@code y[r, o] = Σ_k x[r, k] · W[o, k] + bias[o]} for each row r and each output o.
   *
   * <p>The sum starts from 0, takes k in ascending order with one fused multiply-add each, is
   * multiplied by the output's scale where the precision has one, and gets the bias last. This
   * order is kept whatever the number of rows, threads or vector lanes, so the bits of a row of y
   * depend on that row of x alone. {@link WeightPrecision#W8A8} rounds the row first, and adds
   * whole numbers.
   *
   * @param x [rows, inputs]
   * @param bias [outputs], or null for none
   * @param y receives [rows, outputs]; must not overlap what is read of x
   * @param pool shares the outputs (or rows) out; small products run in the caller
   * @throws IndexOutOfBoundsException if an array is too short
   * @throws IllegalArgumentException if x and y differ in their number of rows, or rows overlap
   */
  void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, ThreadPool pool);

  /**
   * One output of one row: the bits that {@link #multiply(FloatRows, float[], FloatRows,
   * ThreadPool)} gives without a bias.
   *
   * @param x [inputs] from {@code xOffset} on
   * @throws IndexOutOfBoundsException if there is no such output or the array is too short
   */
  float multiply(int output, float[] x, int xOffset);

  /**
   * Copies row {@code output} of W, of length {@link #inputs()}, to {@code target}: the matrix
   * serves as an embedding table too, so a tied table is held once.
   *
   * @throws IndexOutOfBoundsException if there is no such row or the target is too short
   */
  void copyRow(int output, float[] target, int offset);
}
