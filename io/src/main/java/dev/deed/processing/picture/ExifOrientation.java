package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a camera says a picture must be turned to stand upright: the Exif tag Orientation (0x0112),
 * values 1 to 8, or what the XMP data say where there is no such tag. What cannot be read means
 * unknown, which counts as upright: a broken remark about a picture is no reason to refuse the
 * picture.
 */
record ExifOrientation(int value) {
  /** Nothing is said. */
  static final ExifOrientation UNKNOWN = new ExifOrientation(0);

  /** A quarter turn clockwise makes it upright. */
  public static final ExifOrientation CLOCKWISE = new ExifOrientation(6);

  private static final int ORIENTATION_TAG = 0x0112;

  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  /** Reads a TIFF structure, which is what Exif data are, between two offsets. */
  static ExifOrientation ofTiff(byte[] data, int start, int end) {
    return TiffDirectory.read(data, start, end)
        .map(directory -> of(directory.number(ORIENTATION_TAG).orElse(0)))
        .orElse(UNKNOWN);
  }

  /** Reads an XMP packet between two offsets. */
  static ExifOrientation ofXmp(byte[] data, int start, int end) {
    String text = new String(data, start, end - start, StandardCharsets.ISO_8859_1);
    Matcher matcher = XMP.matcher(text);
    return matcher.find() ? of(matcher.group(1).charAt(0) - '0') : UNKNOWN;
  }

  /** The orientation of a number; unknown when it is none of 1 to 8. */
  static ExifOrientation of(long value) {
    return value >= 0 && value <= 8 ? new ExifOrientation((int) value) : UNKNOWN;
  }

  boolean isUnknown() {
    return value == 0;
  }

  /**
   * The picture turned and mirrored so that it stands upright; the same object when it does
   * already.
   *
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  public Picture upright(Picture picture, Interruption interruption) {
    if (value <= 1) {
      return picture;
    }
    int width = picture.width();
    int height = picture.height();
    boolean swapped = value >= 5;
    boolean fromRight = value == 2 || value == 3 || value >= 7;
    boolean fromBelow = value == 3 || value == 4 || value == 6 || value == 7;
    int newWidth = swapped ? height : width;
    int newHeight = swapped ? width : height;
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0, target = 0; y < newHeight; y++) {
      interruption.check();
      for (int x = 0; x < newWidth; x++, target += 3) {
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        column = fromRight ? width - 1 - column : column;
        row = fromBelow ? height - 1 - row : row;
        System.arraycopy(from, 3 * (row * width + column), to, target, 3);
      }
    }
    return new Picture(newWidth, newHeight, to);
  }
}
