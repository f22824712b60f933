package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a WebP file (RFC 9649): its size, held against the limits before native code sees the
 * file, and how it must be turned.
 *
 * @param width pixels in a row
 * @param height rows
 * @param length bytes of the file that are its own: what follows is nobody's
 * @param orientation how it must be turned
 */
record WebpFile(int width, int height, int length, ExifOrientation orientation) {
  /** An optional dependency; docs/embedding.md names it too. */
  static final String LIBRARY = "com.github.usefulness:webp-imageio:0.10.2";

  private static final int HEAD = 12;
  private static final int ANIMATION = 0x02;

  /**
   * RGB through libwebp, which Pillow uses too: a decoder of one's own taste may interpolate chroma
   * as it likes, and the samples of a lossy picture then differ by many levels.
   */
  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    WebpFile webp = read(file);
    BadPicture.checkSize(webp.width(), webp.height(), limits);
    BadPicture.unsupportedIf(
        PictureReaders.find("webp").isEmpty(),
        "WebP needs a library that is not on the class path",
        "add " + LIBRARY + ", or save the picture as a PNG");
    try {
      byte[] own = Arrays.copyOf(file, webp.length());
      Picture picture =
          new Codec("webp", own, interruption)
              .read(reader -> PixelRule.rgb(8).read(reader.read(0).getRaster(), interruption));
      return webp.orientation().upright(picture, interruption);
    } catch (OutOfMemoryError e) {
      // So the library passes on a status of libwebp that broken codes cause; the size is checked.
      throw BadPicture.damaged("its codes do not decode");
    }
  }

  static WebpFile read(byte[] file) {
    // 20: the first chunk's name and length; 10: the longest of the three heads of a picture.
    BadPicture.truncatedIf(file.length < HEAD + 8 + 10);
    long end = 8 + int32(file, 4);
    BadPicture.truncatedIf(end > file.length);
    ExifOrientation orientation = orientation(file, end);
    int at = HEAD + 8;
    int width;
    int height;
    switch (name(file, HEAD)) {
      case "VP8 " -> {
        width = int16(file, at + 6) & 0x3fff;
        height = int16(file, at + 8) & 0x3fff;
      }
      case "VP8L" -> {
        long bits = int32(file, at + 1);
        width = 1 + (int) (bits & 0x3fff);
        height = 1 + (int) (bits >> 14 & 0x3fff);
      }
      case "VP8X" -> {
        BadPicture.unsupportedIf(
            (file[at] & ANIMATION) != 0,
            "an animated WebP is not supported",
            "save one of its frames as a PNG");
        width = 1 + (int) (int32(file, at + 4) & 0xffffff);
        height = 1 + (int) (int32(file, at + 6) >> 8);
      }
      default -> throw BadPicture.damaged("its first chunk is no picture");
    }
    return new WebpFile(width, height, (int) end, orientation);
  }

  /**
   * What the chunks say, which must fill the file.
   *
   * @param end of the file, as it states
   */
  private static ExifOrientation orientation(byte[] file, long end) {
    ExifOrientation exif = ExifOrientation.UNKNOWN;
    ExifOrientation xmp = ExifOrientation.UNKNOWN;
    long at = HEAD;
    while (at < end) {
      long length = at + 8 <= end ? int32(file, (int) at + 4) : Integer.MAX_VALUE;
      BadPicture.damagedIf(length > end - at - 8, "its chunks do not have the length of the whole");
      int start = (int) at + 8;
      int behind = start + (int) length;
      switch (name(file, (int) at)) {
        case "EXIF" -> {
          // Some writers keep the prefix that JPEG files have.
          boolean prefixed = length >= 6 && name(file, start).equals("Exif");
          exif = ExifOrientation.ofTiff(file, prefixed ? start + 6 : start, behind);
        }
        case "XMP " -> xmp = ExifOrientation.ofXmp(file, start, behind);
        default -> {} // Pixels, alpha, colour profile.
      }
      // A chunk of odd length is followed by a byte that does not count.
      at = Math.min(end, behind + (length & 1));
    }
    return exif.isUnknown() ? xmp : exif;
  }

  private static String name(byte[] file, int at) {
    return new String(file, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static int int16(byte[] file, int at) {
    return file[at] & 0xff | (file[at + 1] & 0xff) << 8;
  }

  private static long int32(byte[] file, int at) {
    return Integer.toUnsignedLong(int16(file, at) | int16(file, at + 2) << 16);
  }
}
