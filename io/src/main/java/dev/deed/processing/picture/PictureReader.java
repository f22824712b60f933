package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG, JPEG, TIFF (first page), WebP, GIF (first frame) and BMP into upright RGB, the way
 * Pillow's {@code convert("RGB")} after {@code ImageOps.exif_transpose} does: alpha is dropped, not
 * blended; grey is repeated; a palette is looked up; colour profiles and gamma are left alone;
 * 16-bit samples keep their high byte, but 16-bit grey is clipped at 255. Samples equal Pillow's;
 * what differs is listed in docs/pictures.md. Immutable, safe for use from many threads.
 */
public final class PictureReader {
  private static final String ADVICE = "give a PNG, JPEG, TIFF, WebP, GIF or BMP";

  private final PictureLimits limits;
  private final Interruption interruption;

  /** A reader with {@link PictureLimits#DEFAULT} that goes on to the end. */
  public PictureReader() {
    this(PictureLimits.DEFAULT, Interruption.NEVER);
  }

  /**
   * @param interruption ends the reading of a picture with a {@link
   *     java.util.concurrent.CancellationException}
   */
  public PictureReader(PictureLimits limits, Interruption interruption) {
    this.limits = limits;
    this.interruption = interruption;
  }

  /**
   * @throws InputException when the file cannot be read, is no regular file, is over a limit, no
   *     picture of a known format, or damaged
   */
  public Picture read(Path file) {
    String name = "picture " + file;
    return decode(name, RegularFile.begin(name, file, limits.maxBytes()));
  }

  /**
   * The bytes of a picture file that comes as a stream.
   *
   * @throws InputException when there are more than the limits allow
   * @throws IOException what the stream throws
   */
  public byte[] bytes(InputStream stream) throws IOException {
    byte[] encoded = stream.readNBytes((int) limits.maxBytes() + 1);
    requireFewBytes(encoded);
    return encoded;
  }

  /** What HTTP calls the kind of a picture file; null where it is none that is read. */
  public static @Nullable String mediaType(byte[] file) {
    return Format.of(file).map(Format::mediaType).orElse(null);
  }

  /**
   * @param name what an error message calls the picture
   * @throws InputException when the bytes are over a limit, no picture of a known format, or
   *     damaged
   */
  public Picture decode(String name, byte[] encoded) {
    try {
      requireFewBytes(encoded);
      BadPicture.unsupportedIf(encoded.length == 0, "it is empty", ADVICE);
      BadPicture.unsupportedIf(
          new String(encoded, 0, Math.min(5, encoded.length), StandardCharsets.ISO_8859_1)
              .equals("%PDF-"),
          "it is a PDF",
          "give its pages as pictures: pdftoppm -r 144 -png FILE PAGE");
      return Format.of(encoded)
          .orElseThrow(() -> BadPicture.unsupported("it is no picture of a known format", ADVICE))
          .decode(encoded, limits, interruption);
    } catch (InputException e) {
      throw new InputException(name, e.why(), e.whatToDo(), e.kind());
    }
  }

  /**
   * The pixels of a decoded picture; alpha is dropped.
   *
   * @throws InputException when they are over the limit
   */
  public Picture copy(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BadPicture.checkSize(width, height, limits);
    int[] row = new int[width];
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      interruption.check();
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        rgb[at++] = (byte) (pixel >> 16);
        rgb[at++] = (byte) (pixel >> 8);
        rgb[at++] = (byte) pixel;
      }
    }
    return new Picture(width, height, rgb);
  }

  /** The picture itself; refuses one that is over the limit. */
  public Picture requireFits(Picture picture) {
    BadPicture.checkSize(picture.width(), picture.height(), limits);
    return picture;
  }

  private void requireFewBytes(byte[] encoded) {
    BadPicture.tooLargeIf(
        encoded.length > limits.maxBytes(),
        "more than the %d bytes allowed".formatted(limits.maxBytes()),
        "give a smaller file");
  }

  /** The formats that are read, told apart by their first bytes. */
  private enum Format {
    PNG("image/png", "\\x89PNG\\r\\n\\x1a\\n", PngDecoder::decode),
    JPEG("image/jpeg", "\\xff\\xd8\\xff", JpegFile::decode),
    TIFF("image/tiff", "II[*+]\\x00|MM\\x00[*+]", TiffFile::decode),
    WEBP("image/webp", "RIFF.{4}WEBP", WebpFile::decode),
    GIF("image/gif", "GIF8[79]a", GifDecoder::decode),
    BMP("image/bmp", "BM", BmpDecoder::decode);

    /** Bytes of the longest signature. */
    private static final int LONGEST = 12;

    /** Turns the bytes of a file into a picture that stands upright. */
    @FunctionalInterface
    interface Decoder {
      Picture decode(byte[] file, PictureLimits limits, Interruption interruption);
    }

    private final String mediaType;

    /** Of the first bytes, each as a character of Latin-1. */
    private final Pattern signature;

    private final Decoder decoder;

    Format(String mediaType, String signature, Decoder decoder) {
      this.mediaType = mediaType;
      this.signature = Pattern.compile(signature, Pattern.DOTALL);
      this.decoder = decoder;
    }

    static Optional<Format> of(byte[] file) {
      String head =
          new String(file, 0, Math.min(LONGEST, file.length), StandardCharsets.ISO_8859_1);
      return Arrays.stream(values())
          .filter(format -> format.signature.matcher(head).lookingAt())
          .findFirst();
    }

    String mediaType() {
      return mediaType;
    }

    Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
      return decoder.decode(file, limits, interruption);
    }
  }

  /** BMP to RGB. */
  private static final class BmpDecoder {
    /** Where the header behind the file's own states how pixels are packed: 4 is JPEG, 5 is PNG. */
    private static final int COMPRESSION = 30;

    private static final int BITS = 28;
    private static final int COLOURS = 46;

    /** As many as Pillow takes. */
    private static final int MOST_COLOURS = 1 << 16;

    private static final int HEADER_LENGTH = 14;

    /** Length of the header of OS/2, which states no packing. */
    private static final int OLD_HEADER = 12;

    private BmpDecoder() {}

    static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
      BadPicture.unsupportedIf(
          embeds(file),
          "the BMP holds a picture of another format",
          "save it as a plain BMP or PNG");
      checkPacking(file);
      return new Codec("bmp", file, interruption)
          .read(
              reader -> {
                BadPicture.checkSize(reader.getWidth(0), reader.getHeight(0), limits);
                BufferedImage image = reader.read(0);
                return rule(image).read(image.getRaster(), interruption);
              });
    }

    /** Of such a picture the JDK would allocate whatever length its header claims. */
    private static boolean embeds(byte[] file) {
      boolean isCompressed = file.length > COMPRESSION && file[HEADER_LENGTH] != OLD_HEADER;
      return isCompressed && (file[COMPRESSION] == 4 || file[COMPRESSION] == 5);
    }

    /**
     * Runs are for indices of 8 or 4 bits; of other pixels the JDK would make something of them.
     */
    private static void checkPacking(byte[] file) {
      if (file.length < COLOURS + 4 || file[HEADER_LENGTH] == OLD_HEADER) {
        return;
      }
      int bits = file[BITS] & 0xff;
      int packing = file[COMPRESSION];
      BadPicture.damagedIf(
          (packing == 1 && bits != 8) || (packing == 2 && bits != 4),
          "it has runs of pixels of " + bits + " bits");
      int colours = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(COLOURS);
      BadPicture.damagedIf(
          bits <= 8 && (colours < 0 || colours > MOST_COLOURS),
          "it claims a palette of too many colours");
    }

    private static PixelRule rule(BufferedImage image) {
      if (image.getColorModel() instanceof IndexColorModel palette) {
        return PixelRule.palette(palette);
      }
      int[] bits = image.getSampleModel().getSampleSize();
      return bits.length < 3 ? PixelRule.GREY : PixelRule.rgb(bits);
    }
  }
}
