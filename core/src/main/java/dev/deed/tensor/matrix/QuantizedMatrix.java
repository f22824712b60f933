package dev.deed.tensor.matrix;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.ThreadBuffer;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights of int8 for inputs of int8 ({@link WeightPrecision#W8A8}), in panels as those of {@link
 * WeightPrecision#INT8} lie; {@link EngineMatrix} is for where there is an engine.
 */
public final class QuantizedMatrix implements WeightMatrix {
  /** Rounded rows of the thread that multiplies; its pool reads them. */
  private static final ThreadBuffer<float[]> ROUNDED = ThreadBuffer.ofFloats();

  private final Panels panels;
  private final IntegerKernel kernel;

  /**
   * Packs blocks one under another.
   *
   * @throws IllegalArgumentException if a sum over this many inputs may exceed 32 bits
   */
  public QuantizedMatrix(
      List<RowBlock> blocks, int inputs, SegmentAllocator memory, IntegerKernel kernel) {
    IntegerKernel.requireSumsThatFit(inputs);
    this.panels = PanelPacking.pack(WeightPrecision.INT8, blocks, inputs, memory);
    this.kernel = kernel;
  }

  @Override
  public WeightPrecision precision() {
    return WeightPrecision.W8A8;
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
    int rows = x.count();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    FloatRows.checkProduct(x, panels.inputs(), y, panels.outputs(), bias);
    int inputs = panels.inputs();
    float[] values = ROUNDED.get(Math.multiplyExact(rows, inputs));
    IntegerKernel.Rounded rounded = kernel.round(x, inputs, values);
    ProductParts.run(
        panels,
        rows,
        pool,
        (first, end, row, count) ->
            kernel.multiply(panels, first, end, rounded, row, bias, y.range(row, count)));
  }

  @Override
  public float multiply(int output, float[] x, int xOffset) {
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(xOffset, panels.inputs(), x.length);
    int inputs = panels.inputs();
    IntegerKernel.Rounded row =
        kernel.round(new FloatRows(x, xOffset, inputs, 1), inputs, ROUNDED.get(inputs));
    int sum = 0;
    for (int k = 0; k < inputs; k++) {
      sum += (int) row.values()[k] * (int) panels.weight(output, k);
    }
    return sum * panels.int8Scales()[output] * row.scales()[0];
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    panels.copyRow(output, target, offset);
  }
}
