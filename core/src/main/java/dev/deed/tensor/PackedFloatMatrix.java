package dev.deed.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights in fp32, packed in panels of {@value #PANEL} outputs: [panel][input][{@value #PANEL}],
 * the last panel padded with zeros, in off-heap memory aligned to 64 bytes.
 *
 * <p>One layout serves matrix-matrix and matrix-vector products: the vector lanes run over outputs,
 * so no sum is ever split between lanes, and memory is read in ascending order. The memory is freed
 * when the matrix is garbage collected.
 */
public final class PackedFloatMatrix implements WeightMatrix {
  /** Outputs side by side in a panel: two vectors of 512 bits. */
  static final int PANEL = 32;

  private static final int ALIGNMENT = 64;

  /** A part of this size takes about 3 µs; waking a watching worker takes about 1 µs. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  private static final int PARTS_PER_THREAD = 4;

  private final int outputs;
  private final int inputs;
  private final MemorySegment panels;
  private final MatrixKernel kernel;

  private PackedFloatMatrix(int outputs, int inputs, MemorySegment panels, MatrixKernel kernel) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.panels = panels;
    this.kernel = kernel;
  }

  /**
   * Packs a heap array.
   *
   * @param rowMajor weights [outputs, inputs], row-major; not kept
   * @throws IllegalArgumentException if the array has not exactly outputs × inputs values
   */
  public static PackedFloatMatrix of(float[] rowMajor, int outputs, int inputs) {
    if (rowMajor.length != (long) outputs * inputs) {
      throw new IllegalArgumentException(
          "%d values are no [%d, %d] matrix".formatted(rowMajor.length, outputs, inputs));
    }
    return pack(RowSource.of(rowMajor, inputs), outputs, inputs);
  }

  /**
   * Packs a little-endian fp32 block in memory.
   *
   * @param rowMajor weights [outputs, inputs], row-major, of any alignment; not kept
   * @throws IllegalArgumentException if the block has not exactly 4 × outputs × inputs bytes
   */
  public static PackedFloatMatrix of(MemorySegment rowMajor, int outputs, int inputs) {
    if (rowMajor.byteSize() != (long) outputs * inputs * Float.BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are no fp32 [%d, %d] matrix".formatted(rowMajor.byteSize(), outputs, inputs));
    }
    return pack(RowSource.of(rowMajor, inputs), outputs, inputs);
  }

  /** Packs the rows of one source. */
  public static PackedFloatMatrix pack(RowSource rows, int outputs, int inputs) {
    return stack(List.of(new RowBlock(rows, outputs)), inputs);
  }

  /**
   * Packs several blocks one under another, such as the query, key and value projections that are
   * computed in one go.
   *
   * @param blocks from top to bottom, each with rows of length {@code inputs}
   */
  public static PackedFloatMatrix stack(List<RowBlock> blocks, int inputs) {
    return stack(blocks, inputs, KernelChoice.active().matrix());
  }

  static PackedFloatMatrix stack(List<RowBlock> blocks, int inputs, MatrixKernel kernel) {
    if (inputs < 0) {
      throw new IllegalArgumentException("a matrix cannot have " + inputs + " columns");
    }
    int outputs = 0;
    for (RowBlock block : blocks) {
      outputs = Math.addExact(outputs, block.outputs());
    }
    long panelCount = (outputs + PANEL - 1L) / PANEL;
    long panelBytes = (long) inputs * PANEL * Float.BYTES;
    MemorySegment panels = Arena.ofAuto().allocate(panelCount * panelBytes, ALIGNMENT);
    PanelPacking.pack(blocks, inputs, panelCount, panels);
    return new PackedFloatMatrix(outputs, inputs, panels, kernel);
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public long bytes() {
    return panels.byteSize();
  }

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      WorkerTeam team) {
    if (rows <= 0 || outputs == 0) {
      return;
    }
    checkRows(x.length, xOffset, xStride, rows, inputs);
    checkRows(y.length, yOffset, yStride, rows, outputs);
    if (bias != null) {
      Objects.checkFromIndexSize(0, outputs, bias.length);
    }
    int panelCount = (outputs + PANEL - 1) / PANEL;
    int parts = team.size() == 1 ? 1 : parts(rows, team.size());
    if (parts == 1) {
      kernel.multiply(
          panels,
          inputs,
          outputs,
          0,
          panelCount,
          x,
          xOffset,
          xStride,
          rows,
          bias,
          y,
          yOffset,
          yStride);
    } else if (panelCount >= parts) {
      team.run(
          parts,
          part -> {
            int first = bound(part, parts, panelCount);
            int end = bound(part + 1, parts, panelCount);
            kernel.multiply(
                panels, inputs, outputs, first, end, x, xOffset, xStride, rows, bias, y, yOffset,
                yStride);
          });
    } else {
      team.run(
          parts,
          part -> {
            int first = bound(part, parts, rows);
            int count = bound(part + 1, parts, rows) - first;
            int from = xOffset + first * xStride;
            int to = yOffset + first * yStride;
            kernel.multiply(
                panels,
                inputs,
                outputs,
                0,
                panelCount,
                x,
                from,
                xStride,
                count,
                bias,
                y,
                to,
                yStride);
          });
    }
  }

  /**
   * Into how many parts a product is divided: several for each thread, so that a thread that the
   * system holds up delays the others little, but none smaller than what handing it over costs.
   */
  private int parts(int rows, int threads) {
    long work = (long) rows * outputs * inputs;
    long most = Math.min(work / PART_MULTIPLY_ADDS, (long) PARTS_PER_THREAD * threads);
    return (int) Math.max(1, Math.min(most, Math.max(rows, outputs / PANEL)));
  }

  /** Where a part begins when {@code count} things are divided evenly. */
  private static int bound(int part, int parts, int count) {
    return (int) ((long) count * part / parts);
  }

  private static void checkRows(int length, int offset, int stride, int rows, int width) {
    if (stride < width && rows > 1) {
      throw new IllegalArgumentException(
          "rows of width %d cannot lie %d apart".formatted(width, stride));
    }
    Objects.checkFromIndexSize(offset, (rows - 1L) * stride + width, (long) length);
  }

  @Override
  public void copyRow(int output, float[] target, int offset) {
    Objects.checkIndex(output, outputs);
    Objects.checkFromIndexSize(offset, inputs, target.length);
    long first = (long) (output / PANEL) * inputs * PANEL + output % PANEL;
    for (int k = 0; k < inputs; k++) {
      target[offset + k] = panels.getAtIndex(ValueLayout.JAVA_FLOAT, first + (long) k * PANEL);
    }
  }
}
