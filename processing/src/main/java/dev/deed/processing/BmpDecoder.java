package dev.deed.processing;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;

/** BMP to RGB. */
final class BmpDecoder {
  private BmpDecoder() {}

  static boolean isBmp(byte[] file) {
    return file.length >= 2 && file[0] == 'B' && file[1] == 'M';
  }

  static Picture decode(byte[] file, PictureLimits limits) throws BadPictureException {
    return new Codec("bmp", file)
        .read(
            reader -> {
              BadPictureException.checkSize(reader.getWidth(0), reader.getHeight(0), limits);
              BufferedImage image = reader.read(0);
              return rule(image).read(image.getRaster());
            });
  }

  private static PixelRule rule(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return PixelRule.palette(palette);
    }
    int[] bits = image.getSampleModel().getSampleSize();
    return bits.length < 3 ? PixelRule.GREY : PixelRule.rgb(bits);
  }
}
