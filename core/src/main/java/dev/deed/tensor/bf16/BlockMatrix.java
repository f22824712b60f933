package dev.deed.tensor.bf16;

import dev.deed.tensor.FloatRows;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.engine.Bf16Engine;
import dev.deed.tensor.engine.Bf16Product;
import dev.deed.tensor.memory.ScratchMemory;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights of bf16 for inputs of bf16 ({@link WeightPrecision#W16A16}). An engine multiplies blocks
 * of {@value Bf16Product#ROWS} rows, the last one filled up, each by one thread and all outputs at
 * once: so the bits of a row depend neither on the other rows nor on the number of threads.
 */
public final class BlockMatrix implements WeightMatrix {
  private static final ScratchMemory SCRATCH = new ScratchMemory();

  private final PairPanels panels;
  private final Kernels kernels;
  private final Bf16Product product;

  /**
   * Packs blocks one under another.
   *
   * @param inputs 1 at least
   */
  public BlockMatrix(
      List<RowBlock> blocks,
      int inputs,
      SegmentAllocator memory,
      Kernels kernels,
      Bf16Engine engine) {
    this.panels = PairPanels.pack(blocks, inputs, memory);
    this.kernels = kernels;
    this.product = engine.product(panels.memory(), panels.outputs(), inputs);
  }

  @Override
  public WeightPrecision precision() {
    return WeightPrecision.W16A16;
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
    return panels.memory().byteSize();
  }

  @Override
  public void multiply(FloatRows x, float @Nullable [] bias, FloatRows y, WorkerTeam team) {
    int rows = x.count();
    if (rows <= 0 || panels.outputs() == 0) {
      return;
    }
    FloatRows.checkProduct(x, panels.inputs(), y, panels.outputs(), bias);
    team.run(
        Math.ceilDiv(rows, Bf16Product.ROWS),
        block -> {
          int first = block * Bf16Product.ROWS;
          int count = Math.min(Bf16Product.ROWS, rows - first);
          block(x.range(first, count), bias, y.range(first, count));
        });
  }

  private void block(FloatRows x, float @Nullable [] bias, FloatRows y) {
    int inputs = panels.inputs();
    int outputs = panels.outputs();
    long rowBytes = (long) inputs * Short.BYTES;
    SCRATCH.lend(
        Bf16Product.ROWS * rowBytes,
        rounded -> {
          for (int r = 0; r < x.count(); r++) {
            kernels.roundToBf16(x.values(), x.at(r), inputs, rounded, r * rowBytes);
          }
          long filled = x.count() * rowBytes;
          rounded.asSlice(filled, Bf16Product.ROWS * rowBytes - filled).fill((byte) 0);
          SCRATCH.lend(
              (long) Bf16Product.ROWS * outputs * Float.BYTES,
              sums -> {
                product.multiply(rounded, sums);
                for (int r = 0; r < y.count(); r++) {
                  finish(sums, (long) r * outputs * Float.BYTES, bias, y.values(), y.at(r));
                }
              });
        });
  }

  private void finish(
      MemorySegment sums, long at, float @Nullable [] bias, float[] y, int yOffset) {
    int outputs = panels.outputs();
    MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, at, y, yOffset, outputs);
    if (bias != null) {
      kernels.add(y, yOffset, bias, 0, outputs);
    }
  }

  @Override
  public float multiply(int output, float[] x, int xOffset) {
    Objects.checkIndex(output, panels.outputs());
    float[] y = new float[panels.outputs()];
    block(new FloatRows(x, xOffset, inputs(), 1), null, FloatRows.of(y, y.length, 1));
    return y[output];
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(offset, panels.inputs(), target.length);
    panels.copyRow(output, target, offset);
  }
}
