package dev.deed.processing.picture;

/**
 * A picture as Pix2Struct's encoder takes it: patches of a size of their own, as many as fit, line
 * by line, each with its place; then rows of zeros up to a fixed number.
 *
 * @param rows rows of patches
 * @param columns patches in a row
 * @param length values of a patch: its height · width · 3, row-major, colours innermost
 * @param values {@code [most, 2 + length]} with {@code most} at least {@code rows · columns}: row
 *     and column of the patch, both counted from 1, then its values; not copied
 */
public record FlattenedPatches(int rows, int columns, int length, float[] values)
    implements EncoderImage {
  /**
   * @throws IllegalArgumentException when the values are not whole rows, or fewer than the patches
   */
  public FlattenedPatches {
    if (rows < 1
        || columns < 1
        || length < 1
        || values.length % (2 + length) != 0
        || values.length / (2 + length) < (long) rows * columns) {
      throw new IllegalArgumentException(
          "%d values are not %d×%d patches of %d".formatted(values.length, rows, columns, length));
    }
  }

  /** Rows of {@link #values}, those of zeros included. */
  public int most() {
    return values.length / (2 + length);
  }
}
