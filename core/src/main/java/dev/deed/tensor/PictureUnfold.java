package dev.deed.tensor;

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
 * @param stride distance between patches, in pixels, both ways
 * @param padding rows and columns of zeros around the picture
 */
public record PictureUnfold(
    int channels,
    int height,
    int width,
    int kernelHeight,
    int kernelWidth,
    int stride,
    int padding) {
  /**
   * @throws IllegalArgumentException if a size is below 1, padding is negative, or a patch is
   *     larger than the padded picture
   */
  public PictureUnfold {
    if (Math.min(Math.min(channels, height), width) < 1
        || Math.min(Math.min(kernelHeight, kernelWidth), stride) < 1
        || padding < 0
        || kernelHeight > height + 2L * padding
        || kernelWidth > width + 2L * padding) {
      throw new IllegalArgumentException(
          "no %dx%d patches at stride %d, padding %d in %d channels of %dx%d pixels"
              .formatted(kernelHeight, kernelWidth, stride, padding, channels, height, width));
    }
  }

  /** Rows of the convolution's output. */
  public int outputHeight() {
    return (height + 2 * padding - kernelHeight) / stride + 1;
  }

  /** Columns of the convolution's output. */
  public int outputWidth() {
    return (width + 2 * padding - kernelWidth) / stride + 1;
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
      int left = x * stride - padding;
      int from = Math.clamp(-left, 0, kernelWidth);
      int end = Math.clamp(width - left, from, kernelWidth);
      for (int channel = 0; channel < channels; channel++) {
        for (int dy = 0; dy < kernelHeight; dy++) {
          int row = y * stride - padding + dy;
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
}
