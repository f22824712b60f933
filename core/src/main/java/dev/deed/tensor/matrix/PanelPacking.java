package dev.deed.tensor.matrix;

import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.Bf16Rounding;
import dev.deed.tensor.Int8Rounding;
import dev.deed.tensor.RowBlock;
import dev.deed.value.WeightPrecision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Writes rows into {@link Panels}. Panels are independent, so all processors pack at once; the
 * result is the same whatever their number.
 */
record PanelPacking(StackedRows matrix, Panels panels) {
  private static final int PANEL = Panels.WIDTH;

  /** Inputs transposed at a time: a cache line of every row. */
  private static final int TILE = 16;

  /** Rows and panels that are being packed; of a large model they would be a lot of garbage. */
  private static final ArrayPool BUFFERS = new ArrayPool();

  /**
   * Packs blocks one under another, the last panel padded with zeros.
   *
   * @param allocator where panels lie
   */
  public static Panels pack(
      WeightPrecision precision, List<RowBlock> blocks, int inputs, SegmentAllocator allocator) {
    StackedRows rows = new StackedRows(blocks, inputs);
    int outputs = rows.outputs();
    int count = Panels.count(outputs);
    long bytes = (long) count * inputs * Panels.WIDTH * precision.bytes();
    MemorySegment memory = allocator.allocate(bytes, Panels.ALIGNMENT);
    float[] scales = precision == WeightPrecision.INT8 ? new float[count * Panels.WIDTH] : null;
    Panels panels = new Panels(precision, memory, scales, outputs, inputs);
    PanelPacking packing = new PanelPacking(rows, panels);
    StackedRows.pack(count, packing::packRange);
    return panels;
  }

  private void packRange(int first, int end) {
    int size = Math.multiplyExact(panels.inputs(), PANEL);
    try (ArrayPool.Lease lease = BUFFERS.lease()) {
      float[] rows = lease.apply(size);
      float[] panel = lease.apply(size);
      for (int index = first; index < end; index++) {
        packPanel(index, rows, panel);
      }
    }
  }

  private void packPanel(int index, float[] rows, float[] panel) {
    int inputs = panels.inputs();
    int filled = matrix.read((long) index * PANEL, PANEL, rows);
    if (filled < PANEL) {
      Arrays.fill(panel, 0, inputs * PANEL, 0f);
    }
    for (int start = 0; start < inputs; start += TILE) {
      int end = Math.min(start + TILE, inputs);
      for (int lane = 0; lane < filled; lane++) {
        for (int k = start; k < end; k++) {
          panel[k * PANEL + lane] = rows[lane * inputs + k];
        }
      }
    }
    float[] scales = scales(rows, filled);
    if (panels.scales() != null) {
      System.arraycopy(scales, 0, panels.scales(), index * PANEL, PANEL);
    }
    write(panel, (long) index * inputs * PANEL * panels.precision().bytes(), scales);
  }

  /** Writes a panel to memory, from byte {@code at} on. */
  private void write(float[] panel, long at, float[] scales) {
    MemorySegment memory = panels.memory();
    int count = panels.inputs() * PANEL;
    switch (panels.precision()) {
      case FP32 -> MemorySegment.copy(panel, 0, memory, ValueLayout.JAVA_FLOAT, at, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          memory.set(
              ValueLayout.JAVA_SHORT, at + (long) i * Short.BYTES, Bf16Rounding.round(panel[i]));
        }
      }
      case INT8, W8A8 -> {
        for (int from = 0; from < count; from += PANEL) {
          for (int lane = 0; lane < PANEL; lane++) {
            byte whole = Int8Rounding.round(panel[from + lane], scales[lane]);
            memory.set(ValueLayout.JAVA_BYTE, at + from + lane, whole);
          }
        }
      }
    }
  }

  /** What makes the largest weight of each row the largest int8 number; 1 where none are needed. */
  private float[] scales(float[] rows, int filled) {
    float[] scales = new float[PANEL];
    if (panels.scales() == null) {
      Arrays.fill(scales, 1);
      return scales;
    }
    for (int lane = 0; lane < filled; lane++) {
      scales[lane] = Int8Rounding.scale(rows, lane * panels.inputs(), panels.inputs());
    }
    return scales;
  }
}
