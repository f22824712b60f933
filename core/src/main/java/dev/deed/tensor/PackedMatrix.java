package dev.deed.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
final class PackedMatrix implements WeightMatrix {
  private static final int ALIGNMENT = 64;

  /** A part of this size takes about 3 µs; waking a watching worker takes about 1 µs. */
  private static final long PART_MULTIPLY_ADDS = 64 * 1024;

  private final Panels panels;
  private final MatrixKernel kernel;

  private PackedMatrix(Panels panels, MatrixKernel kernel) {
    this.panels = panels;
    this.kernel = kernel;
  }

  static PackedMatrix stack(
      Precision precision, List<RowBlock> blocks, int inputs, MatrixKernel kernel) {
    if (inputs < 0) {
      throw new IllegalArgumentException("a matrix cannot have " + inputs + " columns");
    }
    int outputs = 0;
    for (RowBlock block : blocks) {
      outputs = Math.addExact(outputs, block.outputs());
    }
    int count = Panels.count(outputs);
    long bytes = (long) count * inputs * Panels.WIDTH * precision.bytes();
    MemorySegment memory = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    float[] scales = precision == Precision.INT8 ? new float[count * Panels.WIDTH] : null;
    Panels panels = new Panels(precision, memory, scales, outputs, inputs);
    PanelPacking.pack(blocks, panels);
    return new PackedMatrix(panels, kernel);
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
    float[] scales = panels.scales();
    return panels.memory().byteSize() + (scales == null ? 0 : (long) Float.BYTES * scales.length);
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
    int inputs = panels.inputs();
    int outputs = panels.outputs();
    if (rows <= 0 || outputs == 0) {
      return;
    }
    checkRows(x.length, xOffset, xStride, rows, inputs);
    checkRows(y.length, yOffset, yStride, rows, outputs);
    if (bias != null) {
      Objects.checkFromIndexSize(0, outputs, bias.length);
    }
    int panelCount = Panels.count(outputs);
    int parts = team.size() == 1 ? 1 : parts(rows, team.size());
    if (parts == 1) {
      kernel.multiply(panels, 0, panelCount, x, xOffset, xStride, rows, bias, y, yOffset, yStride);
    } else if (panelCount >= parts) {
      team.run(
          parts,
          part -> {
            int first = WorkerTeam.bound(part, parts, panelCount);
            int end = WorkerTeam.bound(part + 1, parts, panelCount);
            kernel.multiply(
                panels, first, end, x, xOffset, xStride, rows, bias, y, yOffset, yStride);
          });
    } else {
      team.run(
          parts,
          part -> {
            int first = WorkerTeam.bound(part, parts, rows);
            int count = WorkerTeam.bound(part + 1, parts, rows) - first;
            int from = xOffset + first * xStride;
            int to = yOffset + first * yStride;
            kernel.multiply(panels, 0, panelCount, x, from, xStride, count, bias, y, to, yStride);
          });
    }
  }

  /**
   * Into how many parts a product is divided: several for each thread, so that a thread that the
   * system holds up delays the others little, but none smaller than what handing it over costs.
   */
  private int parts(int rows, int threads) {
    long work = (long) rows * panels.outputs() * panels.inputs();
    long most = Math.min(work / PART_MULTIPLY_ADDS, (long) WorkerTeam.PARTS_PER_THREAD * threads);
    return (int) Math.max(1, Math.min(most, Math.max(rows, panels.outputs() / Panels.WIDTH)));
  }

  private static void checkRows(int length, int offset, int stride, int rows, int width) {
    if (stride < width && rows > 1) {
      throw new IllegalArgumentException(
          "rows of width %d cannot lie %d apart".formatted(width, stride));
    }
    Objects.checkFromIndexSize(offset, (rows - 1L) * stride + width, (long) length);
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
    Objects.checkIndex(output, panels.outputs());
    Objects.checkFromIndexSize(offset, panels.inputs(), target.length);
    float[] scales = panels.scales();
    for (int k = 0; k < panels.inputs(); k++) {
      float weight = panels.weight(output, k);
      target[offset + k] = scales == null ? weight : weight * scales[output];
    }
  }
}
