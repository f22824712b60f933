package dev.deed.processing.picture;

import dev.deed.files.Interruption;

/**
 * JPEG to RGB. The JDK's decoder is a libjpeg and gives the samples of Pillow's, but for 4:4:0
 * chroma, which libjpeg-turbo interpolates and the JDK's repeats.
 */
final class JpegDecoder {
  private JpegDecoder() {}

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    JpegFile jpeg = JpegFile.read(file);
    BadPicture.checkSize(jpeg.width(), jpeg.height(), limits);
    JpegFile.checkPasses(jpeg.passes(), limits);
    Codec codec = new Codec("jpeg", jpeg.plain(), interruption);
    PixelRule rule =
        switch (jpeg.components()) {
          case 1 -> PixelRule.GREY;
          case 3 -> PixelRule.rgb(8);
          default -> jpeg.transformed() ? JpegDecoder::ycck : JpegDecoder::inverted;
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
}
