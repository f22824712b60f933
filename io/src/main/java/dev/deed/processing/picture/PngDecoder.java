package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

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

  /** Deflate shrinks by this at most. */
  private static final long MOST_INFLATION = 1032;

  private static final int BUFFER = 1 << 16;

  private final byte[] file;
  private final PictureLimits limits;
  private final Interruption interruption;

  /** Where compressed samples stand. */
  private final List<InputStream> parts = new ArrayList<>();

  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private boolean samplesEnded;
  private byte[] palette = {};
  private ExifOrientation exif = ExifOrientation.UNKNOWN;
  private ExifOrientation xmp = ExifOrientation.UNKNOWN;

  private PngDecoder(byte[] file, PictureLimits limits, Interruption interruption) {
    this.file = file;
    this.limits = limits;
    this.interruption = interruption;
  }

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    PngDecoder decoder = new PngDecoder(file, limits, interruption);
    decoder.readChunks();
    ExifOrientation orientation = decoder.exif.isUnknown() ? decoder.xmp : decoder.exif;
    return orientation.upright(decoder.picture(), interruption);
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
        case "PLTE" ->
            palette = parts.isEmpty() ? Arrays.copyOfRange(file, start, start + size) : palette;
        case "eXIf" -> exif = ExifOrientation.ofTiff(file, start, start + size);
        case "iTXt" -> xmp = xmp(start, start + size);
        case "IDAT" -> {
          BadPicture.damagedIf(samplesEnded, "its samples are torn apart");
          parts.add(new ByteArrayInputStream(file, start, size));
        }
        case "IEND" -> {
          BadPicture.truncatedIf(parts.isEmpty());
          return;
        }
        default -> {} // Ancillary chunks (colour, text, time) change no sample here.
      }
      samplesEnded = !parts.isEmpty() && !type.equals("IDAT");
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

  private Picture picture() {
    BadPicture.damagedIf(
        colourType == PALETTE
            && (palette.length == 0 || palette.length % 3 != 0 || palette.length > 768),
        "it has no usable palette");
    int[][] passes = interlaced ? ADAM7 : ONE_PASS;
    long bytes = 0;
    for (int[] pass : passes) {
      bytes += (long) rows(pass) * (1 + lineBytes(pass));
    }
    // Told before memory of that size is taken.
    BadPicture.truncatedIf(bytes / MOST_INFLATION > file.length);
    byte[] rgb = new byte[3 * width * height];
    Inflater inflater = new Inflater();
    try {
      InputStream packed = new SequenceInputStream(Collections.enumeration(parts));
      DataInputStream samples =
          new DataInputStream(new InflaterInputStream(packed, inflater, BUFFER));
      for (int[] pass : passes) {
        Scanlines lines =
            new Scanlines(samples, lineBytes(pass), Math.max(1, channels() * depth / 8));
        for (int row = 0; row < rows(pass); row++) {
          interruption.check();
          toRgb(lines.next(), pass, row, rgb);
        }
      }
    } catch (EOFException e) {
      throw BadPicture.truncated();
    } catch (IOException e) {
      throw BadPicture.damaged("its compressed data do not decode");
    } finally {
      inflater.end();
    }
    return new Picture(width, height, rgb);
  }

  /** Pixels of a line of a pass; a small picture leaves passes empty. */
  private int columns(int[] pass) {
    return Math.max(0, (width - pass[0] + pass[2] - 1) / pass[2]);
  }

  private int rows(int[] pass) {
    return columns(pass) == 0 ? 0 : Math.max(0, (height - pass[1] + pass[3] - 1) / pass[3]);
  }

  private int lineBytes(int[] pass) {
    return (int) (((long) columns(pass) * channels() * depth + 7) / 8);
  }

  /** Writes one line of a pass, whose samples begin at 1, as RGB. */
  private void toRgb(byte[] samples, int[] pass, int row, byte[] rgb) {
    int target = 3 * ((pass[1] + row * pass[3]) * width + pass[0]);
    int step = 3 * pass[2];
    int pixels = columns(pass);
    if (colourType == RGB && depth == 8 && step == 3) {
      System.arraycopy(samples, 1, rgb, target, 3 * pixels);
      return;
    }
    int bytes = depth == 16 ? 2 : 1;
    int stride = channels() * bytes;
    boolean colour = colourType == RGB || colourType == RGBA;
    for (int i = 0; i < pixels; i++, target += step) {
      if (colour) {
        int at = 1 + i * stride;
        rgb[target] = samples[at];
        rgb[target + 1] = samples[at + bytes];
        rgb[target + 2] = samples[at + 2 * bytes];
        continue;
      }
      int value = value(samples, stride, i);
      if (colourType == PALETTE) {
        BadPicture.damagedIf(3 * value >= palette.length, "a pixel points outside the palette");
        System.arraycopy(palette, 3 * value, rgb, target, 3);
      } else {
        PixelRule.grey(depth >= 8 ? value : value * 255 / ((1 << depth) - 1), rgb, target);
      }
    }
  }

  /** The grey or index of pixel {@code i}; of several in a byte the leftmost has the high bits. */
  private int value(byte[] samples, int stride, int i) {
    if (depth < 8) {
      int bit = i * depth;
      return samples[1 + (bit >> 3)] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
    }
    int at = 1 + i * stride;
    if (depth == 16 && colourType == GREY) {
      // Pillow clips 16-bit grey at 255, where it takes the high byte of everything else.
      return samples[at] == 0 ? samples[at + 1] & 0xff : 255;
    }
    return samples[at] & 0xff;
  }

  private int channels() {
    return colourType >= 0 && colourType < CHANNELS.length ? CHANNELS[colourType] : 0;
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

  /** The lines of samples of a pass of a PNG, unfiltered (PNG specification, section 9). */
  private static final class Scanlines {
    private final DataInputStream filtered;

    /** Bytes of a pixel, at least 1. */
    private final int unit;

    /** The last line, its filter first, and the one above it: of zeros above the first. */
    private byte[] line;

    private byte[] above;

    /**
     * @param bytes of a line
     */
    Scanlines(DataInputStream filtered, int bytes, int unit) {
      this.filtered = filtered;
      this.unit = unit;
      this.line = new byte[1 + bytes];
      this.above = new byte[1 + bytes];
    }

    /**
     * The next line, whose samples begin at 1; only until the line behind it is asked for.
     *
     * @throws IOException when there are no more, or they do not decode
     */
    byte[] next() throws IOException {
      byte[] free = above;
      above = line;
      line = free;
      filtered.readFully(line);
      switch (line[0]) {
        case 0 -> {} // None.
        case 1 -> sub();
        case 2 -> up();
        case 3 -> average();
        case 4 -> paeth();
        default -> throw BadPicture.damaged("unknown filter " + line[0]);
      }
      return line;
    }

    private void sub() {
      for (int i = 1 + unit; i < line.length; i++) {
        line[i] += line[i - unit];
      }
    }

    private void up() {
      for (int i = 1; i < line.length; i++) {
        line[i] += above[i];
      }
    }

    private void average() {
      for (int i = 1; i < line.length; i++) {
        int left = i <= unit ? 0 : line[i - unit] & 0xff;
        int up = above[i] & 0xff;
        line[i] += (byte) ((left + up) >> 1);
      }
    }

    private void paeth() {
      for (int i = 1; i < Math.min(1 + unit, line.length); i++) {
        line[i] += above[i];
      }
      for (int i = 1 + unit; i < line.length; i++) {
        int left = line[i - unit] & 0xff;
        int up = above[i] & 0xff;
        int corner = above[i - unit] & 0xff;
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        int predicted =
            toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
        line[i] += (byte) predicted;
      }
    }
  }
}
