package dev.deed.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Writes rows into panels of {@link PackedFloatMatrix#PANEL} outputs: [panel][input][lane]. Panels
 * are independent, so all processors pack at once; the result is the same whatever their number.
 */
final class PanelPacking {
  private static final int PANEL = PackedFloatMatrix.PANEL;

  /** Inputs transposed at a time: a cache line of every row. */
  private static final int TILE = 16;

  private final List<RowBlock> blocks;
  private final int inputs;
  private final MemorySegment panels;

  private PanelPacking(List<RowBlock> blocks, int inputs, MemorySegment panels) {
    this.blocks = blocks;
    this.inputs = inputs;
    this.panels = panels;
  }

  /**
   * Packs blocks one under another.
   *
   * @param panels receives all panels, the last one padded with zeros
   */
  static void pack(List<RowBlock> blocks, int inputs, long panelCount, MemorySegment panels) {
    PanelPacking packing = new PanelPacking(blocks, inputs, panels);
    LongStream.range(0, panelCount).parallel().forEach(packing::pack);
  }

  private void pack(long index) {
    float[] rows = new float[Math.multiplyExact(inputs, PANEL)];
    int filled = gather(Math.multiplyExact(index, PANEL), rows);
    float[] panel = new float[rows.length];
    for (int start = 0; start < inputs; start += TILE) {
      int end = Math.min(start + TILE, inputs);
      for (int lane = 0; lane < filled; lane++) {
        for (int k = start; k < end; k++) {
          panel[k * PANEL + lane] = rows[lane * inputs + k];
        }
      }
    }
    MemorySegment.copy(
        panel, 0, panels, ValueLayout.JAVA_FLOAT, index * panel.length * Float.BYTES, panel.length);
  }

  /** Rows from {@code output} on, as many as a panel takes and there are; returns their number. */
  private int gather(long output, float[] rows) {
    int filled = 0;
    long blockStart = 0;
    for (RowBlock block : blocks) {
      long first = Math.max(0, output + filled - blockStart);
      int count = (int) Math.min(block.outputs() - first, PANEL - filled);
      if (count > 0) {
        float[] target = filled == 0 ? rows : new float[count * inputs];
        block.rows().rows((int) first, count, target);
        if (filled != 0) {
          System.arraycopy(target, 0, rows, filled * inputs, count * inputs);
        }
        filled += count;
      }
      blockStart += block.outputs();
    }
    return filled;
  }
}
