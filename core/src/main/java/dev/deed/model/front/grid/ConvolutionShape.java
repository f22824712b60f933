package dev.deed.model.front.grid;

/**
 * Shape of a convolution over a picture that is padded with zeros.
 *
 * @param channels channels that come out
 * @param paddingHeight rows of zeros above and below
 * @param paddingWidth columns of zeros left and right
 */
public record ConvolutionShape(
    int channels,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int paddingHeight,
    int paddingWidth) {
  /** Padded by half its kernel, rounded down. */
  public ConvolutionShape(
      int channels, int kernelHeight, int kernelWidth, int strideHeight, int strideWidth) {
    this(
        channels,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        kernelHeight / 2,
        kernelWidth / 2);
  }

  public static ConvolutionShape square(int channels, int kernel, int stride) {
    return new ConvolutionShape(channels, kernel, kernel, stride, stride);
  }

  /** Height that comes out of {@code height} rows of pixels. */
  public int outputHeight(int height) {
    return Math.floorDiv(height + 2 * paddingHeight - kernelHeight, strideHeight) + 1;
  }

  /** Width that comes out of {@code width} columns of pixels. */
  public int outputWidth(int width) {
    return Math.floorDiv(width + 2 * paddingWidth - kernelWidth, strideWidth) + 1;
  }
}
