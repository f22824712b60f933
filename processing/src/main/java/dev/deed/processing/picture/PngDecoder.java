package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * PNG to RGB, after the W3C specification (second edition). Here instead of ImageIO because
 * screenshots are PNGs: this path neither starts AWT nor scans for codecs, and it applies no gamma,
 * so that samples equal Pillow's.
 */
final class PngDecoder {
  private static final int SIGNATURE_LENGTH = 8;
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int RGBA = 6;

  /** Of each type of colours; 0: there is none. */
  private static final int[] CHANNELS = {1, 0, 3, 1, 2, 0, 4};

  private static final String XMP = "XML:com.adobe.xmp";

  /** The seven passes of Adam7 interlacing: first column, first row, column step, row step. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final byte[] file;
  private final PictureLimits limits;
  private final Interruption interruption;
  private final byte[] inflated = new byte[1 << 16];
  private final Inflater inflater = new Inflater();
  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private boolean samplesEnded;
  private byte[] palette = {};
  private ExifOrientation exif = ExifOrientation.UNKNOWN;
  private ExifOrientation xmp = ExifOrientation.UNKNOWN;
  private byte[] rgb = {};
  private @Nullable Scanlines scanlines;

  private PngDecoder(byte[] file, PictureLimits limits, Interruption interruption) {
    this.file = file;
    this.limits = limits;
    this.interruption = interruption;
  }

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    PngDecoder decoder = new PngDecoder(file, limits, interruption);
    try {
      decoder.readChunks();
    } finally {
      decoder.inflater.end();
    }
    ExifOrientation orientation = decoder.exif.isUnknown() ? decoder.xmp : decoder.exif;
    return orientation.upright(
        new Picture(decoder.width, decoder.height, decoder.rgb), interruption);
  }

  private void readChunks() {
    int at = SIGNATURE_LENGTH;
    boolean first = true;
    while (true) {
      BadPicture.truncatedIf(at > file.length - 12);
      long length = Integer.toUnsignedLong(int32(at));
      BadPicture.truncatedIf(length > file.length - 12L - at);
      int start = at + 8;
      int size = (int) length;
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      checkCrc(type, at + 4, size + 4);
      BadPicture.damagedIf(first != type.equals("IHDR"), "IHDR is not its first chunk");
      first = false;
      switch (type) {
        case "IHDR" -> readHeader(start, size);
        case "PLTE" -> palette = Arrays.copyOfRange(file, start, start + size);
        case "eXIf" -> exif = ExifOrientation.ofTiff(file, start, start + size);
        case "iTXt" -> xmp = xmp(start, start + size);
        case "IDAT" -> {
          BadPicture.damagedIf(samplesEnded, "its samples are torn apart");
          inflate(start, size);
        }
        case "IEND" -> {
          BadPicture.truncatedIf(scanlines == null || scanlines.missing() > 0);
          return;
        }
        default -> {} // Ancillary chunks (colour, text, time) change no sample here.
      }
      samplesEnded = scanlines != null && !type.equals("IDAT");
      at = start + size + 4;
    }
  }

  /** An iTXt chunk that holds an XMP packet, not compressed. */
  private ExifOrientation xmp(int start, int end) {
    int text = start + XMP.length() + 1;
    boolean plain = text < end && file[text - 1] == 0 && file[text] == 0;
    return plain && XMP.equals(new String(file, start, XMP.length(), StandardCharsets.ISO_8859_1))
        ? ExifOrientation.ofXmp(file, text, end)
        : xmp;
  }

  private void readHeader(int at, int size) {
    BadPicture.damagedIf(size != 13, "IHDR has a wrong length");
    long claimedWidth = Integer.toUnsignedLong(int32(at));
    long claimedHeight = Integer.toUnsignedLong(int32(at + 4));
    BadPicture.checkSize(claimedWidth, claimedHeight, limits);
    width = (int) claimedWidth;
    height = (int) claimedHeight;
    depth = file[at + 8];
    colourType = file[at + 9];
    boolean known =
        switch (depth) {
          case 1, 2, 4 -> colourType == GREY || colourType == PALETTE;
          case 8 -> channels() > 0;
          case 16 -> channels() > 0 && colourType != PALETTE;
          default -> false;
        };
    BadPicture.damagedIf(
        !known
            || file[at + 10] != 0
            || file[at + 11] != 0
            || file[at + 12] < 0
            || file[at + 12] > 1,
        "colour type %d, %d bits, interlace %d".formatted(colourType, depth, file[at + 12]));
    interlaced = file[at + 12] == 1;
  }

  /** Undoes deflate, as far as there are samples, and turns scan lines into RGB on the way. */
  private void inflate(int start, int size) {
    Scanlines lines = scanlines == null ? begin() : scanlines;
    inflater.setInput(file, start, size);
    try {
      while (lines.missing() > 0) {
        interruption.check();
        int count = inflater.inflate(inflated, 0, (int) Math.min(inflated.length, lines.missing()));
        if (count == 0) {
          BadPicture.truncatedIf(!inflater.needsInput());
          return;
        }
        lines.add(inflated, count);
      }
    } catch (DataFormatException e) {
      throw BadPicture.damaged("its compressed data do not decode");
    }
  }

  private Scanlines begin() {
    BadPicture.damagedIf(
        colourType == PALETTE
            && (palette.length == 0 || palette.length % 3 != 0 || palette.length > 768),
        "it has no usable palette");
    Scanlines lines = new Scanlines(passes(), channels() * depth, file.length, this::toRgb);
    rgb = new byte[3 * width * height];
    scanlines = lines;
    return lines;
  }

  /** Writes one line of samples, which begin at {@code source}, as RGB. */
  private void toRgb(byte[] samples, int source, int pixels, int pass, int row) {
    int[] place = (interlaced ? ADAM7 : ONE_PASS)[pass];
    int target = 3 * ((place[1] + row * place[3]) * width + place[0]);
    int step = 3 * place[2];
    if (colourType == RGB && depth == 8 && step == 3) {
      System.arraycopy(samples, source, rgb, target, 3 * pixels);
      return;
    }
    int bytes = depth == 16 ? 2 : 1;
    int stride = channels() * bytes;
    boolean colour = colourType == RGB || colourType == RGBA;
    for (int i = 0; i < pixels; i++, target += step) {
      if (colour) {
        int at = source + i * stride;
        rgb[target] = samples[at];
        rgb[target + 1] = samples[at + bytes];
        rgb[target + 2] = samples[at + 2 * bytes];
        continue;
      }
      int value = value(samples, source, stride, i);
      if (colourType == PALETTE) {
        BadPicture.damagedIf(3 * value >= palette.length, "a pixel points outside the palette");
        System.arraycopy(palette, 3 * value, rgb, target, 3);
      } else {
        PixelRule.grey(depth >= 8 ? value : value * 255 / ((1 << depth) - 1), rgb, target);
      }
    }
  }

  /** The grey or index of pixel {@code i}; of several in a byte the leftmost has the high bits. */
  private int value(byte[] samples, int source, int stride, int i) {
    if (depth < 8) {
      int bit = i * depth;
      return samples[source + (bit >> 3)] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
    }
    int at = source + i * stride;
    if (depth == 16 && colourType == GREY) {
      // Pillow clips 16-bit grey at 255, where it takes the high byte of everything else.
      return samples[at] == 0 ? samples[at + 1] & 0xff : 255;
    }
    return samples[at] & 0xff;
  }

  private int channels() {
    return colourType >= 0 && colourType < CHANNELS.length ? CHANNELS[colourType] : 0;
  }

  /** Width and height of each pass, one after the other; a small picture leaves passes empty. */
  private int[] passes() {
    int[][] passes = interlaced ? ADAM7 : ONE_PASS;
    int[] sizes = new int[2 * passes.length];
    for (int p = 0; p < passes.length; p++) {
      int passWidth = Math.max(0, (width - passes[p][0] + passes[p][2] - 1) / passes[p][2]);
      int passHeight = Math.max(0, (height - passes[p][1] + passes[p][3] - 1) / passes[p][3]);
      sizes[2 * p] = passWidth;
      sizes[2 * p + 1] = passWidth == 0 ? 0 : passHeight;
    }
    return sizes;
  }

  private void checkCrc(String type, int start, int size) {
    CRC32 crc = new CRC32();
    crc.update(file, start, size);
    BadPicture.damagedIf(
        (int) crc.getValue() != int32(start + size), "the checksum of chunk " + type + " is wrong");
  }

  private int int32(int at) {
    return ByteBuffer.wrap(file).getInt(at);
  }
}
