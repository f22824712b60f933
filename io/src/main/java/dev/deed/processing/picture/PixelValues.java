package dev.deed.processing.picture;

/**
 * A picture as the encoder's stem takes it.
 *
 * @param channels 3
 * @param height rows
 * @param width pixels in a row
 * @param values normalised samples, {@code [channels, height, width]}, row-major; not copied
 */
public record PixelValues(int channels, int height, int width, float[] values)
    implements EncoderImage {
  /**
   * @throws IllegalArgumentException when the number of values is not {@code channels · height ·
   *     width}
   */
  public PixelValues {
    if (channels < 1
        || height < 1
        || width < 1
        || values.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          "%d values are not [%d, %d, %d]".formatted(values.length, channels, height, width));
    }
  }
}
