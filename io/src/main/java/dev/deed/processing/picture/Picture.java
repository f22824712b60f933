package dev.deed.processing.picture;

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

  /** Largest difference between the samples of one channel in a picture that counts as blank. */
  private static final int BLANK_RANGE = 16;

  /**
   * Whether nothing is to be seen: the samples of each channel differ by at most 16 levels. The
   * published pix2code screenshots that show an empty page differ by 14, others by 70 and more.
   */
  public boolean isBlank() {
    int[] least = {255, 255, 255};
    int[] most = {0, 0, 0};
    for (int i = 0; i < rgb.length; i++) {
      int sample = rgb[i] & 0xff;
      int channel = i % 3;
      least[channel] = Math.min(least[channel], sample);
      most[channel] = Math.max(most[channel], sample);
      if (most[channel] - least[channel] > BLANK_RANGE) {
        return false;
      }
    }
    return true;
  }

  /**
   * A part of the picture, with samples of its own.
   *
   * @param x0 first column
   * @param y0 first row
   * @param x1 column behind the last
   * @param y1 row behind the last
   * @throws IllegalArgumentException when the part is empty or reaches out of the picture
   */
  public Picture crop(int x0, int y0, int x1, int y1) {
    if (x0 < 0 || y0 < 0 || x1 > width || y1 > height || x0 >= x1 || y0 >= y1) {
      throw new IllegalArgumentException(
          "columns %d to %d, rows %d to %d of a picture of %d×%d"
              .formatted(x0, x1, y0, y1, width, height));
    }
    int line = 3 * (x1 - x0);
    byte[] part = new byte[line * (y1 - y0)];
    for (int y = y0; y < y1; y++) {
      System.arraycopy(rgb, 3 * (y * width + x0), part, (y - y0) * line, line);
    }
    return new Picture(x1 - x0, y1 - y0, part);
  }
}
