package dev.deed.tensor.matrix;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights packed in panels of {@value Panels#WIDTH} outputs ({@link Panels}), in off-heap memory.
 *
 * <p>One layout serves matrix-matrix and matrix-vector products: the vector lanes run over outputs,
 * so no sum is ever split between lanes, and memory is read in ascending order. The memory is freed
 * when the matrix is garbage collected.
 */
public final class PackedMatrix implements WeightMatrix {
  private final Panels panels;
  private final MatrixKernel kernel;

  public PackedMatrix(
      WeightPrecision precision,
      List<RowBlock> blocks,
      int inputs,
      SegmentAllocator memory,
      MatrixKernel kernel) {
    this.panels = PanelPacking.pack(precision, blocks, inputs, memory);
    this.kernel = kernel;
  }

  @Override
  public WeightPrecision precision() {
    return panels.precision();
  }

  @Override
  public int outputs() {
    return panels.outputs();
  }

  @Override
  public int inputs() {
    return panels.inputs();
  }

  @Override
  public void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, ThreadPool pool) {
    if (x.count() <= 0 || panels.outputs() == 0) {
      return;
    }
    FloatRows.checkProduct(x, panels.inputs(), y, panels.outputs(), bias);
    ProductParts.run(
        panels,
        x.count(),
        pool,
        (first, end, row, count) ->
            kernel.multiply(panels, first, end, x.range(row, count), bias, y.range(row, count)));
  }

  @Override
  public float multiply(int output, float[] x, int xOffset) {
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(xOffset, panels.inputs(), x.length);
    float sum = 0f;
    for (int k = 0; k < panels.inputs(); k++) {
      sum = Math.fma(x[xOffset + k], panels.weight(output, k), sum);
    }
    float[] scales = panels.scales();
    return scales == null ? sum : sum * scales[output];
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    panels.copyRow(output, target, offset);
  }
}
