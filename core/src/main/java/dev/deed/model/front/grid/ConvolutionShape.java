package dev.deed.model.front.grid;

/**
 * Shape of a convolution, zero-padded by half its kernel (rounded down).
 *
 * @param channels channels that come out
 */
public record ConvolutionShape(
    int channels, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth) {
  static ConvolutionShape square(int channels, int kernel, int stride) {
    return new ConvolutionShape(channels, kernel, kernel, stride, stride);
  }

  /** Height that comes out of {@code height} rows of pixels. */
  public int outputHeight(int height) {
    return (height + 2 * (kernelHeight / 2) - kernelHeight) / strideHeight + 1;
  }

  /** Width that comes out of {@code width} columns of pixels. */
  public int outputWidth(int width) {
    return (width + 2 * (kernelWidth / 2) - kernelWidth) / strideWidth + 1;
  }
}
