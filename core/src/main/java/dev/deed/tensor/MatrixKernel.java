package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The product with a {@link PackedFloatMatrix}, for a range of its panels. */
interface MatrixKernel {
  /**
   * Computes the outputs of panels {@code firstPanel..endPanel-1} for all rows, in the order of
   * operations that {@link WeightMatrix#multiply} promises. Arguments are checked by the caller.
   *
   * @param panels [panel][inputs][{@value PackedFloatMatrix#PANEL}]
   * @param outputs outputs of the whole matrix: the last panel may be padded
   */
  void multiply(
      MemorySegment panels,
      int inputs,
      int outputs,
      int firstPanel,
      int endPanel,
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride);
}
