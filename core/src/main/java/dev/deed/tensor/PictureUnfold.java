package dev.deed.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * Unfolds a picture into the patches that a convolution reads (im2col), so that the convolution is
 * a product with a {@link WeightMatrix} [filters, channels · kernelHeight · kernelWidth], rows in
 * PyTorch's order of convolution weights: channel, row, column.
 *
 * @param channels channels of the picture
 * @param height rows of the picture, in pixels
 * @param width columns of the picture, in pixels
 * @param kernelHeight rows of a patch
 * @param kernelWidth columns of a patch
 * @param strideHeight distance between patches down the picture, in pixels
 * @param strideWidth distance between patches across the picture, in pixels
 * @param paddingHeight rows of zeros above and below the picture
 * @param paddingWidth columns of zeros left and right of the picture
 */
public record PictureUnfold(
    int channels,
    int height,
    int width,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int paddingHeight,
    int paddingWidth) {
  /**
   * @throws IllegalArgumentException if a size is below 1, padding is negative, or a patch is
   *     larger than the padded picture
   */
  public PictureUnfold {
    if (Math.min(Math.min(channels, height), width) < 1
        || Math.min(kernelHeight, kernelWidth) < 1
        || Math.min(strideHeight, strideWidth) < 1
        || Math.min(paddingHeight, paddingWidth) < 0
        || kernelHeight > height + 2L * paddingHeight
        || kernelWidth > width + 2L * paddingWidth) {
      throw new IllegalArgumentException(
          "no %dx%d patches at stride %dx%d, padding %dx%d in %d channels of %dx%d pixels"
              .formatted(
                  kernelHeight,
                  kernelWidth,
                  strideHeight,
                  strideWidth,
                  paddingHeight,
                  paddingWidth,
                  channels,
                  height,
                  width));
    }
  }

  /** Patches with the same stride and padding both ways. */
  public PictureUnfold(
      int channels,
      int height,
      int width,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int padding) {
    this(channels, height, width, kernelHeight, kernelWidth, stride, stride, padding, padding);
  }

  /** Rows of the convolution's output. */
  public int outputHeight() {
    return (height + 2 * paddingHeight - kernelHeight) / strideHeight + 1;
  }

  /** Columns of the convolution's output. */
  public int outputWidth() {
    return (width + 2 * paddingWidth - kernelWidth) / strideWidth + 1;
  }

  /** Number of patches: rows of the result. */
  public int rows() {
    return Math.multiplyExact(outputHeight(), outputWidth());
  }

  /** Values of a patch: columns of the result. */
  public int columns() {
    return Math.multiplyExact(channels, Math.multiplyExact(kernelHeight, kernelWidth));
  }

  /**
   * Writes the patches, output row by output row.
   *
   * @param picture [channels, height, width] from {@code pictureOffset} on
   * @param patches receives [{@link #rows()}, {@link #columns()}] from {@code patchOffset} on
   * @throws IndexOutOfBoundsException if an array is too short
   */
  public void unfold(
      float[] picture, int pictureOffset, float[] patches, int patchOffset, WorkerTeam team) {
    Objects.checkFromIndexSize(
        (long) pictureOffset, (long) channels * height * width, (long) picture.length);
    Objects.checkFromIndexSize(
        (long) patchOffset, (long) rows() * columns(), (long) patches.length);
    int rowValues = outputWidth() * columns();
    team.run(
        outputHeight(),
        y -> unfoldRow(picture, pictureOffset, patches, patchOffset + y * rowValues, y));
  }

  private void unfoldRow(float[] picture, int pictureOffset, float[] patches, int to, int y) {
    int target = to;
    for (int x = 0; x < outputWidth(); x++) {
      int left = x * strideWidth - paddingWidth;
      int from = Math.clamp(-left, 0, kernelWidth);
      int end = Math.clamp(width - left, from, kernelWidth);
      for (int channel = 0; channel < channels; channel++) {
        for (int dy = 0; dy < kernelHeight; dy++) {
          int row = y * strideHeight - paddingHeight + dy;
          int source = pictureOffset + (channel * height + row) * width + left;
          boolean inside = row >= 0 && row < height;
          for (int dx = 0; dx < kernelWidth; dx++) {
            patches[target + dx] = inside && dx >= from && dx < end ? picture[source + dx] : 0f;
          }
          target += kernelWidth;
        }
      }
    }
  }

  /**
   * Writes the patches of one output row of a picture whose channels lie side by side, as products
   * leave them. A patch is then {@code [kernelHeight, kernelWidth, channels]}: a few runs of
   * memory.
   *
   * @param picture [height, width, channels]
   * @param y output row, from 0
   * @param patches receives [{@link #outputWidth()}, {@link #columns()}]
   * @throws IndexOutOfBoundsException if an array is too short or there is no such row
   */
  public void unfoldChannelsLast(float[] picture, int y, float[] patches) {
    Objects.checkIndex(y, outputHeight());
    int run = kernelWidth * channels;
    int columns = kernelHeight * run;
    int patchCount = outputWidth();
    for (int dy = 0; dy < kernelHeight; dy++) {
      int row = y * strideHeight - paddingHeight + dy;
      boolean inside = row >= 0 && row < height;
      for (int x = 0; x < patchCount; x++) {
        int left = x * strideWidth - paddingWidth;
        int target = x * columns + dy * run;
        if (inside && left >= 0 && left + kernelWidth <= width) {
          System.arraycopy(picture, (row * width + left) * channels, patches, target, run);
          continue;
        }
        int from = inside ? Math.clamp(-left, 0, kernelWidth) : 0;
        int end = inside ? Math.clamp(width - left, from, kernelWidth) : 0;
        Arrays.fill(patches, target, target + run, 0f);
        System.arraycopy(
            picture,
            end > from ? (row * width + left + from) * channels : 0,
            patches,
            target + from * channels,
            (end - from) * channels);
      }
    }
  }
}
