package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** BMP to RGB. */
final class BmpDecoder {
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
        embeds(file), "the BMP holds a picture of another format", "save it as a plain BMP or PNG");
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
    boolean stated = file.length > COMPRESSION && file[HEADER_LENGTH] != OLD_HEADER;
    return stated && (file[COMPRESSION] == 4 || file[COMPRESSION] == 5);
  }

  /** Runs are for indices of 8 or 4 bits; of other pixels the JDK would make something of them. */
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
