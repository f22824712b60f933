package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;

/** TIFF to RGB: the first page. */
final class TiffDecoder {
  private TiffDecoder() {}

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    TiffFile tiff = TiffFile.read(file, limits);
    Picture picture =
        new Codec("tiff", tiff.plain(), interruption)
            .read(
                reader -> {
                  BufferedImage image = reader.read(0);
                  return rule(tiff, image).read(image.getRaster(), interruption);
                });
    return tiff.orientation().upright(picture, interruption);
  }

  private static PixelRule rule(TiffFile tiff, BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return PixelRule.palette(palette);
    }
    int bits = tiff.bits();
    return switch (tiff.colours()) {
      case GREY -> bits == 16 ? PixelRule.GREY_16 : PixelRule.GREY;
      case CMYK -> PixelRule.cmyk(bits);
      case RGB -> tiff.isPremultiplied() ? PixelRule.premultiplied(bits) : PixelRule.rgb(bits);
    };
  }
}
