package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.util.Arrays;

/**
 * Shrinks a picture by whole factors: each target pixel is the mean of a box, those at the right
 * and at the bottom of what is left ({@code Reduce.c} of Pillow, sample for sample). Stateless.
 */
final class BoxReduction {
  private BoxReduction() {}

  /** The picture shrunk by boxes of {@code across} columns and {@code down} rows. */
  static Picture reduce(Picture picture, int across, int down, Interruption interruption) {
    int width = Math.ceilDiv(picture.width(), across);
    int height = Math.ceilDiv(picture.height(), down);
    byte[] from = picture.rgb();
    byte[] to = new byte[3 * width * height];
    long[] sums = new long[3 * width];
    for (int y = 0; y < height; y++) {
      interruption.check();
      int top = y * down;
      int rows = Math.min(down, picture.height() - top);
      Arrays.fill(sums, 0);
      for (int row = top; row < top + rows; row++) {
        int in = 3 * row * picture.width();
        for (int x = 0; x < picture.width(); x++, in += 3) {
          int box = 3 * (x / across);
          sums[box] += from[in] & 0xff;
          sums[box + 1] += from[in + 1] & 0xff;
          sums[box + 2] += from[in + 2] & 0xff;
        }
      }
      for (int x = 0; x < width; x++) {
        int count = rows * Math.min(across, picture.width() - x * across);
        // In units of 2^−24; rounded as Pillow does.
        long factor = (long) (4_294_967_296f / (256f * count));
        for (int i = 3 * x; i < 3 * x + 3; i++) {
          to[3 * y * width + i] = (byte) ((sums[i] + count / 2) * factor >>> 24);
        }
      }
    }
    return new Picture(width, height, to);
  }
}
