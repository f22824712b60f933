package dev.deed.tensor.matrix;

import dev.deed.tensor.WeightMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * int8 weights as byte products of processors take them: [panel][inputs / 4][{@value #WIDTH}][4],
 * four inputs of an output side by side, outputs and inputs padded with zeros to multiples of
 * {@value #WIDTH}, aligned to 64 bytes. oneDNN calls the layout {@code BA16a64b4a}. Panels of
 * neighbouring outputs lie one behind the other, so some of them are such a matrix too.
 *
 * @param memory of all panels
 * @param scales [outputs], what a sum is multiplied by
 * @param totals [outputs], the sum of an output's weights
 * @param outputs rows of the matrix
 * @param inputs columns of the matrix
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record QuadPanels(
    MemorySegment memory, float[] scales, int[] totals, int outputs, int inputs) {
  /** Outputs of a panel, and what inputs are padded to multiples of. */
  public static final int WIDTH = 64;

  /** Inputs of an output side by side. */
  public static final int QUAD = 4;

  /** From the weights of a panel for four inputs to those for the next four. */
  public static final int STEP_BYTES = WIDTH * QUAD;

  /** Zeros. */
  static QuadPanels allocate(int outputs, int inputs, SegmentAllocator allocator) {
    long bytes = Math.multiplyExact(Math.ceilDiv((long) outputs, WIDTH), panelBytes(inputs));
    MemorySegment memory = allocator.allocate(bytes, Panels.ALIGNMENT);
    return new QuadPanels(memory, new float[outputs], new int[outputs], outputs, inputs);
  }

  /** Number of fours of inputs, padding included. */
  public static int quads(int inputs) {
    return Math.ceilDiv(inputs, WIDTH) * (WIDTH / QUAD);
  }

  private static long panelBytes(int inputs) {
    return (long) quads(inputs) * STEP_BYTES;
  }

  public int count() {
    return Math.ceilDiv(outputs, WIDTH);
  }

  /** Where a panel begins, in bytes. */
  public long at(int panel) {
    return panel * panelBytes(inputs);
  }

  /**
   * The panels of outputs {@code first…first+count−1}.
   *
   * @param first a multiple of {@value #WIDTH}
   */
  MemorySegment part(int first, int count) {
    int panels = Math.ceilDiv(count, WIDTH);
    return memory.asSlice(at(first / WIDTH), panels * panelBytes(inputs));
  }

  /** The weight of an output for an input, not scaled yet. */
  public byte weight(int output, int input) {
    long quad = at(output / WIDTH) + (long) (input / QUAD) * STEP_BYTES;
    return memory.get(ValueLayout.JAVA_BYTE, quad + (long) (output % WIDTH) * QUAD + input % QUAD);
  }

  /** Copies row {@code output}, scaled; see {@link WeightMatrix#copyRow}. */
  void copyRow(int output, float[] target, int offset) {
    Objects.checkIndex(output, outputs);
    Objects.checkFromIndexSize(offset, inputs, target.length);
    for (int k = 0; k < inputs; k++) {
      target[offset + k] = weight(output, k) * scales[output];
    }
  }
}
