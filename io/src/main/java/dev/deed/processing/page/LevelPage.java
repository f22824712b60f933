package dev.deed.processing.page;

import dev.deed.processing.picture.Picture;
import dev.deed.value.OcrWord;
import java.util.Arrays;

/** A page whose tilted lines have been made level, and where its parts stood before. Immutable. */
public final class LevelPage {
  private final Picture picture;
  private final int height;

  /** Rows above the first of the given page, and below its last. */
  private final int more;

  /** Of each row of the given page; empty where nothing was to be moved. */
  private final double[] slopes;

  private LevelPage(Picture picture, int height, int more, double[] slopes) {
    this.picture = picture;
    this.height = height;
    this.more = more;
    this.slopes = slopes;
  }

  /**
   * Makes a page level. What lies between two of its rows is blended; beyond its edge its last row
   * goes on.
   *
   * @param slopes of the lines that cross each row at the middle of the page; empty: they are level
   */
  static LevelPage of(Picture given, double[] slopes) {
    if (slopes.length == 0) {
      return new LevelPage(given, given.height(), 0, slopes);
    }
    int width = given.width();
    double most = Arrays.stream(slopes).map(Math::abs).max().orElseThrow();
    int more = (int) Math.ceil(most * width / 2);
    int height = given.height() + 2 * more;
    byte[] from = given.rgb();
    byte[] to = new byte[Math.multiplyExact(3 * width, height)];
    for (int y = 0; y < height; y++) {
      double slope = slope(slopes, y - more);
      for (int x = 0; x < width; x++) {
        double row = y - more + slope * (x - width / 2.0);
        int whole = (int) Math.floor(row);
        int part = (int) Math.round(256 * (row - whole));
        int above = 3 * (Math.clamp(whole, 0, given.height() - 1) * width + x);
        int below = 3 * (Math.clamp(whole + 1, 0, given.height() - 1) * width + x);
        int at = 3 * (y * width + x);
        for (int c = 0; c < 3; c++) {
          int level = (256 - part) * (from[above + c] & 0xff) + part * (from[below + c] & 0xff);
          to[at + c] = (byte) ((level + 128) >> 8);
        }
      }
    }
    return new LevelPage(new Picture(width, height, to), given.height(), more, slopes);
  }

  private static double slope(double[] slopes, int row) {
    return slopes[Math.clamp(row, 0, slopes.length - 1)];
  }

  /** {@return the level page; what was given where nothing was to be moved} */
  public Picture picture() {
    return picture;
  }

  /** The box on the given page around one of the level page, with whole pixels. */
  public OcrWord onGivenPage(OcrWord box) {
    if (slopes.length == 0) {
      return box;
    }
    double top = Math.min(row(box.x0(), box.y0()), row(box.x1(), box.y0()));
    double bottom = Math.max(row(box.x0(), box.y1()), row(box.x1(), box.y1()));
    double y0 = Math.clamp(Math.floor(top), 0, height - 1);
    double y1 = Math.clamp(Math.ceil(bottom), y0 + 1, height);
    return new OcrWord(box.text(), box.x0(), y0, box.x1(), y1);
  }

  private double row(double x, double y) {
    return y - more + slope(slopes, (int) y - more) * (x - picture.width() / 2.0);
  }
}
