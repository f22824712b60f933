package dev.deed.processing;

/**
 * A decoded picture: 8-bit RGB, upright, without alpha.
 *
 * <p>The samples are not copied, neither here nor by {@link #rgb()}: whoever hands them over stops
 * writing to them. A picture that nobody writes to is safe to share between threads.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param rgb samples 0…255 as unsigned bytes, {@code [height, width, 3]}, row-major
 */
public record Picture(int width, int height, byte[] rgb) {
  /**
   * @throws IllegalArgumentException when a side is below 1 or the samples are not {@code height ·
   *     width · 3}
   */
  public Picture {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of %d×%d needs %d samples, not %d"
              .formatted(width, height, 3L * width * height, rgb.length));
    }
  }
}
