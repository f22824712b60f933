package dev.deed.tensor.int8;

import dev.deed.tensor.Int8Rounding;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.memory.ArrayPool;
import dev.deed.tensor.packed.StackedRows;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Rounds rows into {@link QuadPanels}, some rows at a time, so that little of a matrix is in fp32
 * at once. Panels are independent, so all processors pack; the result is the same whatever their
 * number.
 */
record QuadPacking(StackedRows matrix, QuadPanels panels) {
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
