package dev.deed.tensor.int8;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.engine.EngineException;
import dev.deed.tensor.memory.ThreadBuffer;
import dev.deed.tensor.packed.ProductParts;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights of int8 for inputs of int8 ({@link WeightPrecision#W8A8}) where there is an engine: held
 * once, in the layout of {@link QuadPanels}, which it reads for many rows and our kernel for one.
 * Gives the bits of {@link QuantizedMatrix}.
 */
public final class EngineMatrix implements WeightMatrix {
  /** A rounded row of the thread that multiplies; its team reads it. */
  private static final ThreadBuffer<int[]> PAIRS = ThreadBuffer.ofInts();

  private final QuadPanels panels;
  private final QuadKernel kernel;
  private final EngineChoice engine;
  private final EngineProduct byEngine;

  /**
   * Packs blocks one under another.
   *
   * @param inputs 1 at least
   * @throws IllegalArgumentException if a sum over this many inputs may exceed 32 bits
   */
  public EngineMatrix(
      List<RowBlock> blocks, int inputs, Arena memory, QuadKernel kernel, EngineChoice engine) {
    IntegerKernel.requireSumsThatFit(inputs);
    this.panels = QuadPacking.pack(blocks, inputs, memory);
    this.kernel = kernel;
    this.engine = engine;
    this.byEngine = new EngineProduct(panels, memory, kernel, engine);
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
  public void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, WorkerTeam team) {
    int rows = x.count();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    FloatRows.checkProduct(x, panels.inputs(), y, panels.outputs(), bias);
    if (engine.takes(rows)) {
      try {
        byEngine.multiply(x, bias, y, team);
        return;
      } catch (EngineException e) {
        engine.leaveOut(e);
      }
    }
    // Many rows come here only where an engine failed, which is rare enough to take longer.
    for (int row = 0; row < rows; row++) {
      multiply(x.values(), x.at(row), bias, y.values(), y.at(row), team);
    }
  }

  private void multiply(
      float[] x, int xOffset, float @Nullable [] bias, float[] y, int yOffset, WorkerTeam team) {
    int[] pairs = PAIRS.get(QuadKernel.pairs(panels.inputs()));
    float scale = kernel.round(x, xOffset, panels.inputs(), pairs);
    ProductParts.run(
        panels.outputs(),
        panels.inputs(),
        QuadPanels.WIDTH,
        1,
        team,
        (firstPanel, endPanel, row, count) -> {
          int end = Math.min(panels.outputs(), endPanel * QuadPanels.WIDTH);
          QuadKernel.Outputs outputs =
              new QuadKernel.Outputs(panels, firstPanel * QuadPanels.WIDTH, end, bias);
          kernel.multiply(outputs, pairs, scale, y, yOffset);
        });
  }

  @Override
  public float multiply(int output, float[] x, int xOffset) {
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(xOffset, panels.inputs(), x.length);
    int[] pairs = PAIRS.get(QuadKernel.pairs(panels.inputs()));
    float scale = kernel.round(x, xOffset, panels.inputs(), pairs);
    return QuadKernel.sum(panels, output, pairs) * panels.scales()[output] * scale;
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    panels.copyRow(output, target, offset);
  }
}
