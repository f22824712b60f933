package dev.deed.processing.page;

import dev.deed.processing.picture.Picture;
import java.util.Arrays;

/**
 * The brightness of a page (ITU-R 601), dark print on a light ground.
 *
 * @param width pixels in a row
 * @param height rows
 * @param levels 0…255 as unsigned bytes, {@code [height, width]}
 */
record GreyPage(int width, int height, byte[] levels) {
  /** A page whose median is below this level is taken for light print on a dark ground. */
  private static final int DARK = 100;

  static GreyPage of(Picture page) {
    byte[] rgb = page.rgb();
    byte[] levels = new byte[page.width() * page.height()];
    int[] counts = new int[256];
    for (int i = 0; i < levels.length; i++) {
      int red = rgb[3 * i] & 0xff;
      int green = rgb[3 * i + 1] & 0xff;
      int blue = rgb[3 * i + 2] & 0xff;
      int level = (299 * red + 587 * green + 114 * blue + 500) / 1000;
      levels[i] = (byte) level;
      counts[level]++;
    }
    if (Arrays.stream(counts, 0, DARK).sum() > levels.length / 2) {
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (byte) ~levels[i];
      }
    }
    return new GreyPage(page.width(), page.height(), levels);
  }

  int level(int x, int y) {
    return levels[y * width + x] & 0xff;
  }
}
