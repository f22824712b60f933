package dev.deed.tensor;

/**
 * Gives rows of a weight block, so that weights stored in any precision, or changed on the way (a
 * folded batch norm), can be packed without a second copy of the whole block. Asked by several
 * threads at once.
 */
@FunctionalInterface
public interface RowSource {
  /**
   * Writes {@code count} rows, one after another, to {@code target[0..count·inputs-1]}.
   *
   * @param first number of the first row, from 0
   */
  void rows(int first, int count, float[] target);

  /** Rows of weights [outputs, inputs], row-major. */
  static RowSource of(float[] rowMajor, int inputs) {
    return (first, count, target) ->
        System.arraycopy(rowMajor, first * inputs, target, 0, count * inputs);
  }
}
