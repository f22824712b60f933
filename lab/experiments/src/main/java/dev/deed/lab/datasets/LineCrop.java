package dev.deed.lab.datasets;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.util.Arrays;

/**
 * Cuts a text line out of a scan, with a margin of a tenth of its height, and brings it to one
 * height. What would be wider than the largest width is squeezed to it; what is narrower stands at
 * the left, with white behind it unless it keeps its width.
 *
 * @param height of the crops in pixels, 8…512
 * @param largestWidth in pixels, from the height to 4096
 * @param keepWidth whether nothing is put behind narrower ones
 */
public record LineCrop(int height, int largestWidth, boolean keepWidth) {
  private static final double MARGIN = 0.1;

  /** Lower lines, and characters narrower than this many pixels, cannot be read by anyone. */
  private static final int LEAST_HEIGHT = 8;

  private static final int LEAST_CHARACTER = 2;
  private static final int LEAST_WIDTH = 4;

  /**
   * @throws InputException when a size is out of range
   */
  public LineCrop {
    InputException.require(
        height >= LEAST_HEIGHT && height <= 512,
        "height of the crops",
        "is " + height,
        "give 8 to 512 pixels");
    InputException.require(
        largestWidth >= height && largestWidth <= 4096,
        "largest width of the crops",
        "is " + largestWidth,
        "give the height to 4096 pixels");
  }

  /** Whether there is a text, and its box within the page has room for it. */
  static boolean readable(OcrWord entry, int pageWidth, int pageHeight) {
    String text = entry.text().strip();
    double width = Math.min(entry.x1(), pageWidth) - Math.max(entry.x0(), 0);
    double rows = Math.min(entry.y1(), pageHeight) - Math.max(entry.y0(), 0);
    int characters = text.codePointCount(0, text.length());
    return characters > 0
        && rows >= LEAST_HEIGHT
        && width >= Math.max(LEAST_WIDTH, LEAST_CHARACTER * characters);
  }

  /** The part of a page where a {@link #readable} line stands. */
  static Picture part(Picture page, OcrWord entry) {
    double margin = Math.max(1, MARGIN * (entry.y1() - entry.y0()));
    return page.crop(
        (int) Math.max(0, Math.floor(entry.x0() - margin)),
        (int) Math.max(0, Math.floor(entry.y0() - margin)),
        (int) Math.min(page.width(), Math.ceil(entry.x1() + margin)),
        (int) Math.min(page.height(), Math.ceil(entry.y1() + margin)));
  }

  /** Brings a part to its size. */
  public Picture scaled(Picture part) {
    long width = Math.round((double) part.width() * height / part.height());
    int scaled = (int) Math.clamp(width, 1, largestWidth);
    Picture crop = Resizer.resize(part, scaled, height, Resampling.BILINEAR);
    return keepWidth || scaled == largestWidth ? crop : widened(crop);
  }

  private Picture widened(Picture crop) {
    byte[] rgb = new byte[3 * largestWidth * height];
    Arrays.fill(rgb, (byte) 255);
    int line = 3 * crop.width();
    for (int y = 0; y < height; y++) {
      System.arraycopy(crop.rgb(), y * line, rgb, 3 * y * largestWidth, line);
    }
    return new Picture(largestWidth, height, rgb);
  }
}
