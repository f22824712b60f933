package dev.deed.tensor.int8;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Precision;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.memory.ThreadBuffer;
import dev.deed.tensor.packed.PanelPacking;
import dev.deed.tensor.packed.Panels;
import dev.deed.tensor.packed.ProductParts;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights of int8 for inputs of int8 ({@link Precision#W8A8}). Panels serve few rows; where an
 * engine takes many, it holds the weights once more, from the first such product on, which {@link
 * #bytes} does not count.
 */
public final class QuantizedMatrix implements WeightMatrix {
  /** Rounded rows of the thread that multiplies; its team reads them. */
  private static final ThreadBuffer ROUNDED = new ThreadBuffer();

  private final Panels panels;
  private final IntegerKernel kernel;
  private final @Nullable EngineProduct byEngine;

  private QuantizedMatrix(Panels panels, IntegerKernel kernel, @Nullable EngineProduct byEngine) {
    this.panels = panels;
    this.kernel = kernel;
    this.byEngine = byEngine;
  }

  public static QuantizedMatrix stack(
      List<RowBlock> blocks,
      int inputs,
      SegmentAllocator memory,
      IntegerKernel kernel,
      @Nullable EngineChoice engine) {
    if (inputs > IntegerKernel.MOST_INPUTS) {
      throw new IllegalArgumentException(
          "sums of %d products of int8 do not fit 32 bits".formatted(inputs));
    }
    Panels panels = PanelPacking.pack(Precision.INT8, blocks, inputs, memory);
    EngineProduct byEngine =
        engine == null || inputs == 0 ? null : new EngineProduct(panels, kernel, engine, memory);
    return new QuantizedMatrix(panels, kernel, byEngine);
  }

  @Override
  public Precision precision() {
    return Precision.W8A8;
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
  public long bytes() {
    return panels.bytes();
  }

  @Override
  public void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, WorkerTeam team) {
    int rows = x.count();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    panels.checkProduct(x, bias, y);
    if (byEngine != null && byEngine.takes(rows)) {
      try {
        byEngine.multiply(x, bias, y, team);
        return;
      } catch (Int8EngineException e) {
        byEngine.leaveOut(e);
      }
    }
    int inputs = panels.inputs();
    float[] values = ROUNDED.get(Math.multiplyExact(rows, inputs));
    IntegerKernel.Rounded rounded = kernel.round(x, inputs, values);
    ProductParts.run(
        panels,
        rows,
        team,
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
