package dev.deed.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * Unfolds a picture into the patches that a convolution reads (im2col), so that the convolution is
 * a product with a {@link WeightMatrix} [filters, channels · kernelHeight · kernelWidth], rows in
 * PyTorch's order of convolution weights: channel, row, column.
 *
 * @param channels of the picture
 * @param picture rows and columns of the picture, in pixels
 * @param kernel rows and columns of a patch
 * @param stride distance between patches down and across the picture, in pixels
 * @param padding rows of zeros above and below the picture, columns of zeros left and right
 */
public record PictureUnfold(
    int channels, Extent picture, Extent kernel, Extent stride, Extent padding) {
  /** A size in rows and columns. */
  public record Extent(int height, int width) {
    public static Extent square(int side) {
      return new Extent(side, side);
    }

    private int least() {
      return Math.min(height, width);
    }

    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /**
   * @throws IllegalArgumentException if a size is below 1, padding is negative, or a patch is
   *     larger than the padded picture
   */
  public PictureUnfold {
    if (Math.min(channels, picture.least()) < 1
        || Math.min(kernel.least(), stride.least()) < 1
        || padding.least() < 0
        || kernel.height > picture.height + 2L * padding.height
        || kernel.width > picture.width + 2L * padding.width) {
      throw new IllegalArgumentException(
          "no %s patches at stride %s, padding %s in %d channels of %s pixels"
              .formatted(kernel, stride, padding, channels, picture));
    }
  }

  /** Rows of the convolution's output. */
  public int outputHeight() {
    return (picture.height + 2 * padding.height - kernel.height) / stride.height + 1;
  }

  /** Columns of the convolution's output. */
  public int outputWidth() {
    return (picture.width + 2 * padding.width - kernel.width) / stride.width + 1;
  }

  /** Number of patches: rows of the result. */
  public int rows() {
    return Math.multiplyExact(outputHeight(), outputWidth());
  }

  /** Values of a patch: columns of the result. */
  public int columns() {
    return Math.multiplyExact(channels, Math.multiplyExact(kernel.height, kernel.width));
  }

  /**
   * Writes the patches, output row by output row.
   *
   * @param pixels [channels, height, width]
   * @param patches receives [{@link #rows()}, {@link #columns()}]
   * @throws IndexOutOfBoundsException if an array is too short
   */
  public void unfold(float[] pixels, float[] patches, ThreadPool pool) {
    Objects.checkFromIndexSize(
        0L, (long) channels * picture.height * picture.width, (long) pixels.length);
    Objects.checkFromIndexSize(0L, (long) rows() * columns(), (long) patches.length);
    pool.run(outputHeight(), y -> unfoldRow(pixels, patches, y));
  }

  private void unfoldRow(float[] pixels, float[] patches, int y) {
    int target = y * outputWidth() * columns();
    for (int x = 0; x < outputWidth(); x++) {
      int left = x * stride.width - padding.width;
      int from = Math.clamp(-left, 0, kernel.width);
      int end = Math.clamp(picture.width - left, from, kernel.width);
      for (int channel = 0; channel < channels; channel++) {
        for (int dy = 0; dy < kernel.height; dy++) {
          int row = y * stride.height - padding.height + dy;
          int source = (channel * picture.height + row) * picture.width + left;
          boolean inside = row >= 0 && row < picture.height;
          for (int dx = 0; dx < kernel.width; dx++) {
            patches[target + dx] = inside && dx >= from && dx < end ? pixels[source + dx] : 0f;
          }
          target += kernel.width;
        }
      }
    }
  }

  /**
   * Writes the patches of one output row of a picture whose channels lie side by side, as products
   * leave them. A patch is then {@code [kernel height, kernel width, channels]}: a few runs of
   * memory.
   *
   * @param pixels [height, width, channels]
   * @param y output row, from 0
   * @param patches receives [{@link #outputWidth()}, {@link #columns()}]
   * @throws IndexOutOfBoundsException if an array is too short or there is no such row
   */
  public void unfoldChannelsLast(float[] pixels, int y, float[] patches) {
    Objects.checkIndex(y, outputHeight());
    int run = kernel.width * channels;
    int columns = kernel.height * run;
    int patchCount = outputWidth();
    for (int dy = 0; dy < kernel.height; dy++) {
      int row = y * stride.height - padding.height + dy;
      boolean inside = row >= 0 && row < picture.height;
      for (int x = 0; x < patchCount; x++) {
        int left = x * stride.width - padding.width;
        int target = x * columns + dy * run;
        if (inside && left >= 0 && left + kernel.width <= picture.width) {
          System.arraycopy(pixels, (row * picture.width + left) * channels, patches, target, run);
          continue;
        }
        int from = inside ? Math.clamp(-left, 0, kernel.width) : 0;
        int end = inside ? Math.clamp(picture.width - left, from, kernel.width) : 0;
        Arrays.fill(patches, target, target + run, 0f);
        System.arraycopy(
            pixels,
            end > from ? (row * picture.width + left + from) * channels : 0,
            patches,
            target + from * channels,
            (end - from) * channels);
      }
    }
  }
}
