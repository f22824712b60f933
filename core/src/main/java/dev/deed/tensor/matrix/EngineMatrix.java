package dev.deed.tensor.matrix;

import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Int8Rounding;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.ThreadBuffer;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights of int8 for inputs of int8 ({@link WeightPrecision#W8A8}) where there is an engine: held
 * once, in the layout of {@link QuadPanels}, which it reads for many rows and our kernel for one.
 * Gives the bits of {@link QuantizedMatrix}.
 */
public final class EngineMatrix implements WeightMatrix {
  /** A rounded row of the thread that multiplies; its pool reads it. */
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
  public void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, ThreadPool pool) {
    int rows = x.count();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    FloatRows.checkProduct(x, panels.inputs(), y, panels.outputs(), bias);
    if (engine.takes(rows)) {
      try {
        byEngine.multiply(x, bias, y, pool);
        return;
      } catch (EngineException e) {
        engine.leaveOut(e);
      }
    }
    // Many rows come here only where an engine failed, which is rare enough to take longer.
    for (int row = 0; row < rows; row++) {
      multiply(x.values(), x.at(row), bias, y.values(), y.at(row), pool);
    }
  }

  private void multiply(
      float[] x, int xOffset, float @Nullable [] bias, float[] y, int yOffset, ThreadPool pool) {
    int[] pairs = PAIRS.get(QuadKernel.pairs(panels.inputs()));
    float scale = kernel.round(x, xOffset, panels.inputs(), pairs);
    ProductParts.run(
        panels.outputs(),
        panels.inputs(),
        QuadPanels.WIDTH,
        1,
        pool,
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

  /**
   * Rounds rows into {@link QuadPanels}, some rows at a time, so that little of a matrix is in fp32
   * at once. Panels are independent, so all processors pack; the result is the same whatever their
   * number.
   */
  private record QuadPacking(StackedRows matrix, QuadPanels panels) {
    /** Rows that are read at a time; a panel is a multiple of it. */
    private static final int ROWS = QuadPanels.WIDTH / 2;

    /** The first input in the lowest byte. */
    private static final ValueLayout.OfInt QUAD =
        ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Rows that are being packed; of a large model they would be a lot of garbage. */
    private static final ArrayPool BUFFERS = new ArrayPool();

    /** Packs blocks one under another, into memory of the allocator. */
    static QuadPanels pack(List<RowBlock> blocks, int inputs, SegmentAllocator allocator) {
      StackedRows matrix = new StackedRows(blocks, inputs);
      int outputs = matrix.outputs();
      QuadPanels panels = QuadPanels.allocate(outputs, inputs, allocator);
      if (outputs % QuadPanels.WIDTH != 0 || inputs % QuadPanels.WIDTH != 0) {
        panels.memory().fill((byte) 0);
      }
      QuadPacking packing = new QuadPacking(matrix, panels);
      StackedRows.pack(Math.ceilDiv(outputs, ROWS), packing::pack);
      return panels;
    }

    private void pack(int firstPiece, int endPiece) {
      try (ArrayPool.Lease lease = BUFFERS.lease()) {
        float[] rows = lease.apply(Math.multiplyExact(ROWS, panels.inputs()));
        for (int piece = firstPiece; piece < endPiece; piece++) {
          int first = piece * ROWS;
          write(first, rows, matrix.read(first, ROWS, rows));
        }
      }
    }

    /** Writes {@code count} rows as outputs from {@code first} on. */
    private void write(int first, float[] rows, int count) {
      int inputs = panels.inputs();
      float[] scales = panels.scales();
      int[] totals = panels.totals();
      for (int row = 0; row < count; row++) {
        scales[first + row] = Int8Rounding.scale(rows, row * inputs, inputs);
      }
      long at = panels.at(first / QuadPanels.WIDTH) + first % QuadPanels.WIDTH * QuadPanels.QUAD;
      for (int k = 0; k < inputs; k += QuadPanels.QUAD) {
        int width = Math.min(QuadPanels.QUAD, inputs - k);
        for (int row = 0; row < count; row++) {
          int quad = 0;
          for (int i = 0; i < width; i++) {
            byte whole = Int8Rounding.round(rows[row * inputs + k + i], scales[first + row]);
            totals[first + row] += whole;
            quad |= (whole & 0xff) << i * Byte.SIZE;
          }
          panels.memory().set(QUAD, at + (long) row * QuadPanels.QUAD, quad);
        }
        at += QuadPanels.STEP_BYTES;
      }
    }
  }
}
