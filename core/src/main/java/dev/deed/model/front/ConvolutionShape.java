package dev.deed.model.front;

import dev.deed.tensor.PictureUnfold.Extent;

/**
 * Shape of a convolution over a picture that is padded with zeros.
 *
 * @param channels channels that come out
 * @param kernel rows and columns of pixels that an output reads
 * @param stride distance between them, down and across
 * @param padding rows of zeros above and below, columns of zeros left and right
 */
public record ConvolutionShape(int channels, Extent kernel, Extent stride, Extent padding) {
  /** Padded by half its kernel, rounded down. */
  public ConvolutionShape(int channels, Extent kernel, Extent stride) {
    this(channels, kernel, stride, new Extent(kernel.height() / 2, kernel.width() / 2));
  }

  public static ConvolutionShape square(int channels, int kernel, int stride) {
    return new ConvolutionShape(channels, Extent.square(kernel), Extent.square(stride));
  }

  /** Height that comes out of {@code height} rows of pixels. */
  public int outputHeight(int height) {
    return Math.floorDiv(height + 2 * padding.height() - kernel.height(), stride.height()) + 1;
  }

  /** Width that comes out of {@code width} columns of pixels. */
  public int outputWidth(int width) {
    return Math.floorDiv(width + 2 * padding.width() - kernel.width(), stride.width()) + 1;
  }

  /** Values that an output reads of {@code channelsIn} channels. */
  int inputs(int channelsIn) {
    return channelsIn * kernel.height() * kernel.width();
  }
}
