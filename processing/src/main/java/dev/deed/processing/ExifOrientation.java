package dev.deed.processing;

/**
 * How a camera says a picture must be turned to stand upright: the Exif tag Orientation (0x0112),
 * values 1 to 8.
 */
final class ExifOrientation {
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int SHORT = 3;
  private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

  private final int value;

  private ExifOrientation(int value) {
    this.value = value;
  }

  /**
   * Reads a TIFF structure as found in PNG's eXIf chunk and behind {@code Exif\0\0} in JPEG. What
   * cannot be read means upright: a broken remark about a picture is no reason to refuse the
   * picture.
   */
  static ExifOrientation of(byte[] tiff) {
    return new Tiff(tiff, 0, tiff.length).orientation();
  }

  /** Finds the Exif segment in the head of a JPEG file; upright for anything else. */
  static ExifOrientation ofJpeg(byte[] file) {
    if (file.length < 4 || (file[0] & 0xff) != 0xff || (file[1] & 0xff) != 0xd8) {
      return UPRIGHT;
    }
    int at = 2;
    while (at + 4 <= file.length && (file[at] & 0xff) == 0xff) {
      int marker = file[at + 1] & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      if (marker == 0xda || marker == 0xd9) {
        break;
      }
      int length = (file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff);
      int start = at + 4;
      int end = Math.min(file.length, at + 2 + length);
      if (marker == 0xe1 && end - start >= 6 && isExif(file, start)) {
        return new Tiff(file, start + 6, end).orientation();
      }
      at += 2 + Math.max(2, length);
    }
    return UPRIGHT;
  }

  private static boolean isExif(byte[] file, int at) {
    return file[at] == 'E'
        && file[at + 1] == 'x'
        && file[at + 2] == 'i'
        && file[at + 3] == 'f'
        && file[at + 4] == 0
        && file[at + 5] == 0;
  }

  /**
   * The picture turned and mirrored so that it stands upright; the same object when it does
   * already.
   */
  Picture upright(Picture picture) {
    if (value == 1) {
      return picture;
    }
    int width = picture.width();
    int height = picture.height();
    boolean swapped = value >= 5;
    int newWidth = swapped ? height : width;
    int newHeight = swapped ? width : height;
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0, target = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++, target += 3) {
        int column =
            switch (value) {
              case 2, 3 -> width - 1 - x;
              case 5, 6 -> y;
              case 7, 8 -> width - 1 - y;
              default -> x;
            };
        int row =
            switch (value) {
              case 3, 4 -> height - 1 - y;
              case 5, 8 -> x;
              case 6, 7 -> height - 1 - x;
              default -> y;
            };
        System.arraycopy(from, 3 * (row * width + column), to, target, 3);
      }
    }
    return new Picture(newWidth, newHeight, to);
  }

  /** The first directory of a TIFF structure between two offsets; every read is bounded by them. */
  private record Tiff(byte[] data, int start, int end) {
    ExifOrientation orientation() {
      if (end - start < 8) {
        return UPRIGHT;
      }
      boolean little = data[start] == 'I';
      long directory = int32(start + 4L, little);
      long entries = int16(start + directory, little);
      for (int i = 0; i < entries; i++) {
        long entry = start + directory + 2 + 12L * i;
        if (int16(entry, little) == ORIENTATION_TAG && int16(entry + 2, little) == SHORT) {
          int value = int16(entry + 8, little);
          return value >= 1 && value <= 8 ? new ExifOrientation(value) : UPRIGHT;
        }
      }
      return UPRIGHT;
    }

    private int int16(long at, boolean little) {
      if (at < start || at + 2 > end) {
        return 0;
      }
      int a = data[(int) at] & 0xff;
      int b = data[(int) at + 1] & 0xff;
      return little ? b << 8 | a : a << 8 | b;
    }

    private long int32(long at, boolean little) {
      long a = int16(at, little);
      long b = int16(at + 2, little);
      return little ? b << 16 | a : a << 16 | b;
    }
  }
}
