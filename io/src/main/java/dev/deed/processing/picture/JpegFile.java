package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a JPEG file (ITU-T T.81, annex B) up to its first scan, and the file rewritten so
 * that a decoder cannot but read its samples as libjpeg does: without colour profile, thumbnail,
 * comment and camera data, and with the colour space said in an Adobe segment. Decoders guess the
 * colour space from what is there, each in its own way.
 *
 * @param width pixels in a row
 * @param height rows
 * @param components 1 grey, 3 colour, 4 CMYK
 * @param scans how often a decoder goes through all its blocks
 * @param transformed whether the components are YCbCr (3) or YCCK (4)
 * @param orientation how it must be turned
 * @param plain the file rewritten
 */
record JpegFile(
    int width,
    int height,
    int components,
    int scans,
    boolean transformed,
    ExifOrientation orientation,
    byte[] plain) {
  /** Of a picture as large as may be; smaller ones may have more. Writers make about ten. */
  private static final int MOST_SCANS = 16;

  /** Those below are reserved. */
  private static final int FIRST_MARKER = 0xc0;

  private static final int LAST_FRAME = 0xcf;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int ARITHMETIC_CONDITIONING = 0xcc;
  private static final int HIERARCHY = 0xde;
  private static final int EXPANSION = 0xdf;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int RESTART_0 = 0xd0;
  private static final int RESTART_7 = 0xd7;
  private static final int COMMENT = 0xfe;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] ADOBE = ascii("Adobe");
  private static final byte[] EXIF = ascii("Exif\0\0");
  private static final byte[] XMP = ascii("http://ns.adobe.com/xap/1.0/\0");

  /**
   * JPEG to RGB. The JDK's decoder is a libjpeg and gives the samples of Pillow's, but for 4:4:0
   * chroma, which libjpeg-turbo interpolates and the JDK's repeats.
   */
  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    JpegFile jpeg = read(file);
    BadPicture.checkSize(jpeg.width(), jpeg.height(), limits);
    checkPasses(jpeg.passes(), limits);
    Codec codec = new Codec("jpeg", jpeg.plain(), interruption);
    PixelRule rule =
        switch (jpeg.components()) {
          case 1 -> PixelRule.GREY;
          case 3 -> PixelRule.rgb(8);
          default -> jpeg.transformed() ? JpegFile::ycck : JpegFile::inverted;
        };
    Picture picture =
        codec.read(
            reader ->
                rule.read(
                    jpeg.components() == 4
                        ? reader.readRaster(0, null)
                        : reader.read(0).getRaster(),
                    interruption));
    return jpeg.orientation().upright(picture, interruption);
  }

  /** Ink is stored inverted, as Adobe does; Pillow takes that for granted, and so does this. */
  private static void inverted(int[] samples, int at, byte[] rgb, int target) {
    for (int c = 0; c < 4; c++) {
      samples[at + c] = 255 - samples[at + c];
    }
    PixelRule.cmyk(8).write(samples, at, rgb, target);
  }

  /** YCbCr of the inverted inks, then black: the fixed-point conversion of libjpeg's jdcolor.c. */
  private static void ycck(int[] samples, int at, byte[] rgb, int target) {
    int y = samples[at];
    int cb = samples[at + 1] - 128;
    int cr = samples[at + 2] - 128;
    int half = 1 << 15;
    samples[at] = Math.clamp(255 - (y + (91_881 * cr + half >> 16)), 0, 255);
    samples[at + 1] = Math.clamp(255 - (y + (-22_554 * cb - 46_802 * cr + half >> 16)), 0, 255);
    samples[at + 2] = Math.clamp(255 - (y + (116_130 * cb + half >> 16)), 0, 255);
    inverted(samples, at, rgb, target);
  }

  /** Pixels that a decoder goes through, all scans together. */
  long passes() {
    return (long) width * height * scans;
  }

  /**
   * Refuses what would take long: a scan of a few bytes can stand for all blocks of a picture.
   *
   * @param passes see {@link #passes}
   */
  static void checkPasses(long passes, PictureLimits limits) {
    BadPicture.tooLargeIf(
        passes > MOST_SCANS * limits.maxPixels(),
        "its scans go through %d pixels, more than the %d allowed"
            .formatted(passes, MOST_SCANS * limits.maxPixels()),
        "save it as a baseline JPEG or a PNG");
  }

  /**
   * @throws InputException when the head is cut off or of a kind of JPEG that is not supported
   */
  static JpegFile read(byte[] file) {
    return new Reader(file).read();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static final class Reader {
    private final byte[] file;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int frame = -1;
    private int scans = 1;
    private boolean jfif;
    private int adobeTransform = -1;
    private ExifOrientation exif = ExifOrientation.UNKNOWN;
    private ExifOrientation xmp = ExifOrientation.UNKNOWN;

    Reader(byte[] file) {
      this.file = file;
    }

    JpegFile read() {
      int at = 2;
      while (true) {
        int marker = marker(at);
        if (marker == 0xff) {
          at++; // Fill bytes may precede a marker.
          continue;
        }
        BadPicture.damagedIf(marker == END_OF_IMAGE, "it holds no picture");
        BadPicture.damagedIf(marker < FIRST_MARKER, "a segment of its head has no marker");
        int end = at + 2 + length(at);
        note(marker, at + 4, end);
        if (marker == START_OF_SCAN) {
          kept.write(file, at, endOfImage(end) - at);
          return result();
        }
        if (!(marker >= APP0 && marker <= APP15) && marker != COMMENT) {
          kept.write(file, at, end - at);
        }
        at = end;
      }
    }

    /** Walks samples and segments to the end, for decoders make up what is missing there. */
    private int endOfImage(int start) {
      int at = start;
      while (at + 2 <= file.length) {
        int next = file[at + 1] & 0xff;
        if ((file[at] & 0xff) != 0xff || next == 0xff) {
          at++;
        } else if (next == 0 || (next >= RESTART_0 && next <= RESTART_7)) {
          at += 2;
        } else if (next == END_OF_IMAGE) {
          return at + 2;
        } else if (next < FIRST_MARKER) {
          throw BadPicture.damaged("it holds an unknown marker");
        } else if (isFrame(next)) {
          throw BadPicture.damaged("it has a second frame header");
        } else {
          scans += next == START_OF_SCAN ? 1 : 0;
          at += 2 + length(at);
        }
      }
      throw BadPicture.truncated();
    }

    private int marker(int at) {
      BadPicture.truncatedIf(at + 2 > file.length);
      BadPicture.damagedIf((file[at] & 0xff) != 0xff, "a segment of its head has no marker");
      return file[at + 1] & 0xff;
    }

    private int length(int at) {
      BadPicture.truncatedIf(at + 4 > file.length);
      int length = int16(at + 2);
      BadPicture.damagedIf(length < 2, "a segment of its head has no length");
      BadPicture.truncatedIf(length > file.length - at - 2);
      return length;
    }

    private void note(int marker, int start, int end) {
      switch (marker) {
        case APP0 -> jfif |= end - start >= 14 && starts(start, end, JFIF);
        case APP14 -> {
          if (end - start >= 12 && starts(start, end, ADOBE)) {
            adobeTransform = file[start + 11] & 0xff;
          }
        }
        case APP1 -> {
          if (exif.isUnknown() && starts(start, end, EXIF)) {
            exif = ExifOrientation.ofTiff(file, start + EXIF.length, end);
          } else if (starts(start, end, XMP)) {
            xmp = ExifOrientation.ofXmp(file, start + XMP.length, end);
          }
        }
        case 0xc0, 0xc1, 0xc2 -> {
          int components = end - start < 6 ? 0 : file[start + 5] & 0xff;
          BadPicture.damagedIf(
              end - start < 6 + 3 * components || components == 0, "its frame header is too short");
          BadPicture.damagedIf(frame >= 0, "it has a second frame header");
          frame = start;
        }
        default -> {
          if (isFrame(marker)) {
            throw unsupported("lossless, hierarchical or arithmetic coding");
          }
        }
      }
    }

    /** Also those of hierarchical files: a decoder must not believe another size than ours. */
    private static boolean isFrame(int marker) {
      return marker == HIERARCHY
          || marker == EXPANSION
          || (marker <= LAST_FRAME
              && marker != HUFFMAN_TABLES
              && marker != ARITHMETIC_CONDITIONING);
    }

    private JpegFile result() {
      BadPicture.damagedIf(frame < 0, "it has no frame header");
      if (file[frame] != 8) {
        throw unsupported((file[frame] & 0xff) + " bits a sample");
      }
      int components = file[frame + 5] & 0xff;
      if (components != 1 && components != 3 && components != 4) {
        throw unsupported(components + " colour components");
      }
      boolean transformed = components == 3 ? isYCbCr() : components == 4 && adobeTransform > 0;
      ByteArrayOutputStream plain = new ByteArrayOutputStream(kept.size() + 18);
      plain.write(0xff);
      plain.write(0xd8);
      if (components > 1) {
        int transform = transformed ? components == 3 ? 1 : 2 : 0;
        plain.writeBytes(new byte[] {(byte) 0xff, (byte) APP14, 0, 14});
        plain.writeBytes(ADOBE);
        plain.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, (byte) transform});
      }
      plain.writeBytes(kept.toByteArray());
      return new JpegFile(
          int16(frame + 3),
          int16(frame + 1),
          components,
          scans,
          transformed,
          exif.isUnknown() ? xmp : exif,
          plain.toByteArray());
    }

    /** The rule of libjpeg: JFIF means YCbCr, then Adobe's segment, then the components' names. */
    private boolean isYCbCr() {
      boolean rgb = file[frame + 6] == 'R' && file[frame + 9] == 'G' && file[frame + 12] == 'B';
      return jfif || (adobeTransform >= 0 ? adobeTransform > 0 : !rgb);
    }

    private boolean starts(int start, int end, byte[] name) {
      int stop = start + name.length;
      return stop <= end && Arrays.equals(file, start, stop, name, 0, name.length);
    }

    private int int16(int at) {
      return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
    }

    private static InputException unsupported(String what) {
      return BadPicture.unsupported(
          "a JPEG with " + what + " is not supported", "save it as a baseline JPEG or a PNG");
    }
  }
}
