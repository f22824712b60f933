package dev.deed.tensor.matrix;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Products of rounded rows with {@link QuadPanels}, whose numbers {@link IntegerKernel} defines:
 * one row, and what an engine leaves to do of many. Arguments are checked by the caller.
 */
public interface QuadKernel {
  /** What is added to a whole number for an engine, whose inputs have no sign. */
  int SHIFT = 128;

  /**
   * Outputs {@code first…end−1}.
   *
   * @param bias of all outputs; null for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Outputs(QuadPanels weights, int first, int end, float @Nullable [] bias) {}

  /**
   * Rounds a row for an engine: {@code n} bytes, the whole numbers plus {@link #SHIFT}.
   *
   * @return what one of the whole numbers counts
   */
  float round(float[] x, int offset, int n, MemorySegment bytes, long at);

  /**
   * Outputs of a row from an engine's sums, in which each input counts {@link #SHIFT} too many.
   *
   * @param sums 32-bit numbers, modulo 2³², from byte {@code at} on
   * @param scale of the row
   */
  void finish(MemorySegment sums, long at, Outputs outputs, float scale, float[] y, int yOffset);

  /**
   * Rounds a row for {@link #multiply}.
   *
   * @param pairs receives the whole numbers, two a number, for each four of inputs, padding
   *     included: first all of 0 and 2 (in the upper half), then all of 1 and 3
   * @return what one of the whole numbers counts
   */
  float round(float[] x, int offset, int n, int[] pairs);

  /**
   * Some outputs of a row.
   *
   * @param outputs that begin with a panel
   * @param scale of the row
   */
  void multiply(Outputs outputs, int[] pairs, float scale, float[] y, int yOffset);

  /** Length of the array of pairs. */
  static int pairs(int inputs) {
    return 2 * QuadPanels.quads(inputs);
  }

  /** The sum of an output's products: the twin that defines it. */
  static int sum(QuadPanels weights, int output, int[] pairs) {
    int odd = QuadPanels.quads(weights.inputs());
    int sum = 0;
    for (int k = 0; k < weights.inputs(); k++) {
      int pair = pairs[k % 2 * odd + k / QuadPanels.QUAD];
      int whole = k % QuadPanels.QUAD < 2 ? (short) pair : pair >> Short.SIZE;
      sum += whole * weights.weight(output, k);
    }
    return sum;
  }
}
