package dev.deed.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of fp32 numbers in an array: those of row r follow one another from {@code offset + r ·
 * stride} on. How many a row has is for whoever reads it to say.
 *
 * @param values not copied
 * @param offset index of row 0
 * @param stride distance between rows
 * @param count number of rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FloatRows(float[] values, int offset, int stride, int count) {
  /** The first rows of an array that holds one behind the other. */
  public static FloatRows of(float[] values, int width, int count) {
    return new FloatRows(values, 0, width, count);
  }

  public int at(int row) {
    return offset + row * stride;
  }

  /** Rows {@code first…first+number−1}. */
  public FloatRows range(int first, int number) {
    return new FloatRows(values, at(first), stride, number);
  }

  /**
   * Checks that all rows lie in the array.
   *
   * @param width numbers of a row
   * @throws IndexOutOfBoundsException if they do not
   * @throws IllegalArgumentException if rows overlap
   */
  public void check(int width) {
    if (stride < width && count > 1) {
      throw new IllegalArgumentException(
          "rows of width %d cannot lie %d apart".formatted(width, stride));
    }
    checkBounds(width);
  }

  /**
   * The same for rows that may overlap.
   *
   * @throws IndexOutOfBoundsException if rows do not lie in the array
   */
  public void checkBounds(int width) {
    if (count > 0) {
      Objects.checkFromIndexSize(offset, (count - 1L) * stride + width, (long) values.length);
    }
  }

  /**
   * Checks the arguments of a product.
   *
   * @param x [rows, inputs]
   * @param bias [outputs], or null
   * @param y [rows, outputs]
   * @throws IndexOutOfBoundsException if an array is too short
   * @throws IllegalArgumentException if x and y differ in their number of rows, or rows overlap
   */
  public static void checkProduct(
      FloatRows x, int inputs, FloatRows y, int outputs, float @Nullable [] bias) {
    if (x.count != y.count) {
      throw new IllegalArgumentException("%d rows give no %d rows".formatted(x.count, y.count));
    }
    x.check(inputs);
    y.check(outputs);
    if (bias != null) {
      Objects.checkFromIndexSize(0, outputs, bias.length);
    }
  }
}
