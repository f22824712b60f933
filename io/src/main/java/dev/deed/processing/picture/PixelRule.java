package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * What the samples of a pixel mean. Samples are taken from the raster: {@code BufferedImage.getRGB}
 * converts colour spaces on the way and bends grey by a gamma curve.
 */
@FunctionalInterface
public interface PixelRule {
  /** Turns the samples from {@code at} on into red, green and blue at {@code target}. */
  void write(int[] samples, int at, byte[] rgb, int target);

  /** The first sample is grey; alpha behind it is dropped. */
  PixelRule GREY = (samples, at, rgb, target) -> grey(samples[at], rgb, target);

  /**
   * 16-bit grey in 8 bits as Pillow's {@code convert("RGB")} makes it: what is above 255 becomes
   * 255, nothing is scaled.
   */
  PixelRule GREY_16 = (samples, at, rgb, target) -> grey(Math.min(samples[at], 255), rgb, target);

  /** Colours of an index. */
  static PixelRule palette(IndexColorModel colours) {
    return (samples, at, rgb, target) -> {
      int colour = colours.getRGB(samples[at]);
      rgb[target] = (byte) (colour >> 16);
      rgb[target + 1] = (byte) (colour >> 8);
      rgb[target + 2] = (byte) colour;
    };
  }

  /**
   * Red, green, blue; alpha behind them is dropped.
   *
   * @param bits of each of the three, or of all: above 8 the high byte counts, fewer are scaled up
   */
  static PixelRule rgb(int... bits) {
    if (bits[0] >= 8) {
      int shift = bits[0] - 8;
      return (samples, at, rgb, target) -> {
        rgb[target] = (byte) (samples[at] >> shift);
        rgb[target + 1] = (byte) (samples[at + 1] >> shift);
        rgb[target + 2] = (byte) (samples[at + 2] >> shift);
      };
    }
    return (samples, at, rgb, target) -> {
      for (int c = 0; c < 3; c++) {
        rgb[target + c] = (byte) (samples[at + c] * 255 / ((1 << bits[c]) - 1));
      }
    };
  }

  /** Ink from none to full; of 16 bits the high byte counts. */
  static PixelRule cmyk(int bits) {
    int shift = bits - 8;
    return (samples, at, rgb, target) -> {
      int light = 255 - (samples[at + 3] >> shift);
      for (int c = 0; c < 3; c++) {
        rgb[target + c] = (byte) Math.max(0, light - product(samples[at + c] >> shift, light));
      }
    };
  }

  /** Colours divided by the alpha that follows them; of 16 bits the high byte counts. */
  static PixelRule premultiplied(int bits) {
    int shift = bits - 8;
    return (samples, at, rgb, target) -> {
      int alpha = samples[at + 3] >> shift;
      for (int c = 0; c < 3; c++) {
        int sample = samples[at + c] >> shift;
        rgb[target + c] = (byte) (alpha == 0 ? 0 : Math.min(255, sample * 255 / alpha));
      }
    };
  }

  /** The brightness of a colour (ITU-R 601), as Pillow's mode L has it. */
  static int luma(int red, int green, int blue) {
    return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
  }

  /** The product of two fractions of 255, rounded as Pillow does. */
  static int product(int a, int b) {
    int product = a * b + 128;
    return (product >> 8) + product >> 8;
  }

  /** Writes one level as red, green and blue. */
  static void grey(int value, byte[] rgb, int target) {
    rgb[target] = (byte) value;
    rgb[target + 1] = (byte) value;
    rgb[target + 2] = (byte) value;
  }

  /**
   * A whole raster by this rule.
   *
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  default Picture read(Raster raster, Interruption interruption) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] line = new int[width * bands];
    for (int y = 0, target = 0; y < height; y++) {
      interruption.check();
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, line);
      for (int x = 0; x < width; x++, target += 3) {
        write(line, x * bands, rgb, target);
      }
    }
    return new Picture(width, height, rgb);
  }
}
