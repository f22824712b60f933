package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The first page of a TIFF file (TIFF 6.0), checked before a decoder sees it: every size that a
 * decoder allocates by is held against the limits, every strip and tile must lie within the file.
 * {@link #plain} is the file with a directory of its own that holds the checked tags and nothing
 * else: no further pages, no colour profile, no private data.
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record TiffFile(byte[] file, TiffDirectory directory, int width, int height) {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int PLANAR = 284;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int JPEG_TABLES = 347;
  private static final int XMP = 700;

  /**
   * What a decoder is shown besides: fill order, options of the fax codings, predictor, YCbCr
   * coefficients, subsampling, positions and reference black and white.
   */
  private static final int[] SHOWN = {
    WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, 266, STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP,
    STRIP_BYTES, PLANAR, 292, 293, 317, COLOUR_MAP, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS,
    TILE_BYTES, EXTRA_SAMPLES, SAMPLE_FORMAT, JPEG_TABLES, 529, 530, 531, 532
  };

  /** Longest value of a tag other than those of strips and tiles; a colour map has 3 · 2^16. */
  private static final int MOST_VALUES = 3 << 16;

  private static final int JPEG = 7;

  /** None, three fax codings, LZW, JPEG, deflate under two numbers, PackBits. */
  private static final List<Integer> COMPRESSIONS = List.of(1, 2, 3, 4, 5, JPEG, 8, 32946, 32773);

  /** RGB of the first page. */
  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    TiffFile tiff = read(file, limits);
    Picture picture =
        new Codec("tiff", tiff.plain(), interruption)
            .read(
                reader -> {
                  BufferedImage image = reader.read(0);
                  return tiff.rule(image).read(image.getRaster(), interruption);
                });
    return tiff.orientation().upright(picture, interruption);
  }

  private PixelRule rule(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return PixelRule.palette(palette);
    }
    int bits = bits();
    return switch (tag(PHOTOMETRIC, -1)) {
      case 2, 3, 6 -> isPremultiplied() ? PixelRule.premultiplied(bits) : PixelRule.rgb(bits);
      case 5 -> PixelRule.cmyk(bits);
      default -> bits == 16 ? PixelRule.GREY_16 : PixelRule.GREY;
    };
  }

  /**
   * @throws InputException when the first page is cut off, over a limit, or of a kind that is not
   *     supported
   */
  static TiffFile read(byte[] file, PictureLimits limits) {
    unsupportedIf(file[2] + file[3] == 43, "64-bit offsets (BigTIFF)");
    Optional<TiffDirectory> first = TiffDirectory.read(file, 0, file.length);
    BadPicture.truncatedIf(first.isEmpty() || !first.get().complete());
    for (int tag : SHOWN) {
      BadPicture.damagedIf(first.get().isLeftOut(tag), "tag " + tag + " has no values");
    }
    long width = first.get().number(WIDTH).orElse(0);
    long height = first.get().number(HEIGHT).orElse(0);
    BadPicture.checkSize(width, height, limits);
    TiffFile tiff = new TiffFile(file, first.get(), (int) width, (int) height);
    tiff.checkKind();
    tiff.checkParts(limits);
    return tiff;
  }

  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  int bits() {
    return tag(BITS, 1);
  }

  /** Whether colours are stored multiplied by the alpha that follows them. */
  boolean isPremultiplied() {
    return tag(EXTRA_SAMPLES, 0) == 1;
  }

  ExifOrientation orientation() {
    ExifOrientation orientation = ExifOrientation.of(tag(ORIENTATION, 0));
    Optional<TiffDirectory.Entry> xmp = directory.entry(XMP);
    if (!orientation.isUnknown() || xmp.isEmpty()) {
      return orientation;
    }
    return ExifOrientation.ofXmp(file, xmp.get().at(), xmp.get().at() + xmp.get().bytes());
  }

  private int tag(int tag, int fallback) {
    return (int) directory.number(tag).orElse(fallback);
  }

  private void checkKind() {
    int compression = tag(COMPRESSION, 1);
    unsupportedIf(!COMPRESSIONS.contains(compression), "compression " + compression);
    int samples = tag(SAMPLES, 1);
    int photometric = tag(PHOTOMETRIC, -1);
    int bits = bits();
    int channels =
        switch (photometric) {
          case 0, 1, 3 -> 1;
          case 2, 6 -> 3;
          case 5 -> 4;
          default -> throw unsupported("photometric interpretation " + photometric);
        };
    unsupportedIf(
        samples < channels || samples > 8 || (photometric == 3 && samples > 1),
        samples + " samples a pixel");
    unsupportedIf(
        Arrays.stream(directory.numbers(BITS, samples)).anyMatch(b -> b != bits)
            || (bits != 8 && bits != 16 && (samples > 1 || (bits != 1 && bits != 2 && bits != 4)))
            || (bits == 16 && (photometric == 0 || photometric == 3 || photometric == 6)),
        bits + " bits a sample in photometric interpretation " + photometric);
    unsupportedIf(
        Arrays.stream(directory.numbers(SAMPLE_FORMAT, samples)).anyMatch(f -> f != 1),
        "signed or floating-point samples");
    unsupportedIf(
        isPremultiplied() && channels != 3 && photometric != 3, "grey or CMYK multiplied by alpha");
    for (int tag : SHOWN) {
      Optional<TiffDirectory.Entry> entry = directory.entry(tag);
      BadPicture.damagedIf(
          !isPart(tag) && entry.isPresent() && entry.get().count() > MOST_VALUES,
          "tag " + tag + " has too many values");
    }
  }

  /** Strips and tiles: their sizes and where they lie. */
  private void checkParts(PictureLimits limits) {
    boolean tiled = directory.entry(TILE_OFFSETS).isPresent();
    long partWidth = tiled ? tag(TILE_WIDTH, 0) : width;
    long partHeight =
        tiled
            ? tag(TILE_HEIGHT, 0)
            : Math.min(height, directory.number(ROWS_PER_STRIP).orElse(height));
    BadPicture.checkSize(partWidth, partHeight, limits);
    long across = (width + partWidth - 1) / partWidth;
    long down = (height + partHeight - 1) / partHeight;
    long parts = across * down * (tag(PLANAR, 1) == 2 ? tag(SAMPLES, 1) : 1);
    long[] offsets = directory.numbers(tiled ? TILE_OFFSETS : STRIP_OFFSETS, Integer.MAX_VALUE);
    long[] bytes = directory.numbers(tiled ? TILE_BYTES : STRIP_BYTES, Integer.MAX_VALUE);
    BadPicture.damagedIf(
        offsets.length < parts || bytes.length < parts, "it does not say where all its strips lie");
    long all = 0;
    long passes = 0;
    for (int i = 0; i < parts; i++) {
      all += bytes[i];
      BadPicture.truncatedIf(bytes[i] == 0 || offsets[i] + bytes[i] > file.length);
      // Else a small file could make a decoder read the same codes thousands of times.
      BadPicture.damagedIf(all > file.length, "its strips overlap");
      if (tag(COMPRESSION, 1) == JPEG) {
        byte[] strip = Arrays.copyOfRange(file, (int) offsets[i], (int) (offsets[i] + bytes[i]));
        JpegFile jpeg = JpegFile.read(strip);
        BadPicture.damagedIf(
            jpeg.width() > partWidth || jpeg.height() > partHeight,
            "a strip is larger than it claims");
        passes += jpeg.passes();
        JpegFile.checkPasses(passes, limits);
      }
    }
  }

  /** The file as a decoder is shown it. */
  byte[] plain() {
    int[] tags = Arrays.stream(SHOWN).filter(tag -> directory.entry(tag).isPresent()).toArray();
    int at = file.length + file.length % 2;
    ByteBuffer plain =
        ByteBuffer.wrap(Arrays.copyOf(file, at + 2 + 12 * tags.length + 4))
            .order(directory.order());
    plain.putInt(4, at);
    plain.position(at);
    plain.putShort((short) tags.length);
    for (int tag : tags) {
      TiffDirectory.Entry entry = directory.entry(tag).orElseThrow();
      plain.putShort((short) tag).putShort((short) entry.type()).putInt(entry.count());
      if (entry.bytes() <= 4) {
        plain.put(Arrays.copyOfRange(file, entry.at(), entry.at() + 4));
      } else {
        plain.putInt(entry.at());
      }
    }
    plain.putInt(0);
    return plain.array();
  }

  private static boolean isPart(int tag) {
    return tag == STRIP_OFFSETS || tag == STRIP_BYTES || tag == TILE_OFFSETS || tag == TILE_BYTES;
  }

  private static void unsupportedIf(boolean isUnsupported, String what) {
    if (isUnsupported) {
      throw unsupported(what);
    }
  }

  private static InputException unsupported(String what) {
    return BadPicture.unsupported(
        "a TIFF with " + what + " is not supported", "save it as a PNG or an RGB TIFF");
  }
}
