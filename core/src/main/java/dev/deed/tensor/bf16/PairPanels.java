package dev.deed.tensor.bf16;

import dev.deed.tensor.Bf16Rounding;
import dev.deed.tensor.RowBlock;
import dev.deed.tensor.memory.ArrayPool;
import dev.deed.tensor.packed.Panels;
import dev.deed.tensor.packed.StackedRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * bf16 weights as products of pairs take them: [panel][inputs / 2][{@value #WIDTH}][2], two inputs
 * of an output side by side, outputs padded with zeros to multiples of {@value #WIDTH} and inputs
 * to those of {@value #INPUTS}, aligned to 64 bytes. oneDNN calls the layout {@code BA16a64b2a}.
 *
 * @param memory of all panels
 * @param outputs rows of the matrix
 * @param inputs columns of the matrix
 */
public record PairPanels(MemorySegment memory, int outputs, int inputs) {
  /** Outputs of a panel. */
  public static final int WIDTH = 64;

  /** What inputs are padded to multiples of. */
  public static final int INPUTS = 32;

  /** Rows that are read at a time; a panel is a multiple of it. */
  private static final int ROWS = WIDTH / 2;

  /** From the weights of a panel for two inputs to those for the next two. */
  private static final int STEP_BYTES = WIDTH * 2 * Short.BYTES;

  /** Rows that are being packed; of a large model they would be a lot of garbage. */
  private static final ArrayPool BUFFERS = new ArrayPool();

  /**
   * Packs blocks one under another.
   *
   * @param allocator where panels lie
   */
  static PairPanels pack(List<RowBlock> blocks, int inputs, SegmentAllocator allocator) {
    StackedRows matrix = new StackedRows(blocks, inputs);
    int outputs = matrix.outputs();
    long bytes = Math.multiplyExact(Math.ceilDiv((long) outputs, WIDTH), panelBytes(inputs));
    PairPanels panels =
        new PairPanels(allocator.allocate(bytes, Panels.ALIGNMENT), outputs, inputs);
    if (outputs % WIDTH != 0 || inputs % INPUTS != 0) {
      panels.memory.fill((byte) 0);
    }
    StackedRows.pack(
        Math.ceilDiv(outputs, ROWS),
        (first, end) -> {
          try (ArrayPool.Lease lease = BUFFERS.lease()) {
            float[] rows = lease.apply(Math.multiplyExact(ROWS, inputs));
            for (int piece = first; piece < end; piece++) {
              panels.write(piece * ROWS, rows, matrix.read((long) piece * ROWS, ROWS, rows));
            }
          }
        });
    return panels;
  }

  /** Writes {@code count} rows as outputs from {@code first} on. */
  private void write(int first, float[] rows, int count) {
    for (int k = 0; k < inputs; k++) {
      for (int row = 0; row < count; row++) {
        Bf16Rounding.set(memory, at(first + row, k), rows[row * inputs + k]);
      }
    }
  }

  /** Copies row {@code output}. */
  void copyRow(int output, float[] target, int offset) {
    for (int k = 0; k < inputs; k++) {
      target[offset + k] = Bf16Rounding.get(memory, at(output, k));
    }
  }

  private long at(int output, int input) {
    return output / WIDTH * panelBytes(inputs)
        + (long) (input / 2) * STEP_BYTES
        + (output % WIDTH * 2L + input % 2) * Short.BYTES;
  }

  private static long panelBytes(int inputs) {
    return Math.ceilDiv((long) inputs, INPUTS) * (INPUTS / 2) * STEP_BYTES;
  }
}
