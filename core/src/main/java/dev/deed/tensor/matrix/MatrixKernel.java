package dev.deed.tensor.matrix;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.WeightMatrix;
import org.jspecify.annotations.Nullable;

/** The product with a packed matrix, for a range of its panels. */
public interface MatrixKernel {
  /**
   * Computes the outputs of panels {@code firstPanel..endPanel-1} for all rows, in the order of
   * operations that {@link WeightMatrix#multiply} promises. Arguments are checked by the caller.
   *
   * @param w of a precision that the kernel is for
   */
  void multiply(
      Panels w, int firstPanel, int endPanel, FloatRows x, float @Nullable [] bias, FloatRows y);
}
