package dev.deed.processing;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** JPEG, GIF and BMP to RGB through ImageIO with the TwelveMonkeys codecs. */
final class RasterDecoder {
  private RasterDecoder() {}

  static Picture decode(byte[] file, PictureLimits limits) throws BadPictureException {
    // A memory stream of its own: ImageIO's default caches in a file, and switching that off is
    // global state.
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new BadPictureException(
            file.length == 0 ? "it is empty" : "it is no picture of a known format",
            "give a PNG, JPEG, GIF or BMP");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        BadPictureException.checkSize(reader.getWidth(0), reader.getHeight(0), limits);
        return toRgb(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Decoders meet broken data with all sorts of unchecked exceptions.
      throw BadPictureException.damaged(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("no detail"));
    }
  }

  /**
   * Takes the samples from the raster: {@code BufferedImage.getRGB} converts colour spaces on the
   * way and bends grey by a gamma curve.
   */
  private static Picture toRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean indexed = image.getColorModel() instanceof IndexColorModel;
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] line = new int[width * raster.getNumBands()];
    for (int y = 0, target = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, line);
      for (int x = 0; x < width; x++, target += 3) {
        int at = x * raster.getNumBands();
        if (indexed) {
          int colour = image.getColorModel().getRGB(line[at]);
          rgb[target] = (byte) (colour >> 16);
          rgb[target + 1] = (byte) (colour >> 8);
          rgb[target + 2] = (byte) colour;
        } else {
          boolean grey = bands < 3;
          rgb[target] = (byte) (line[at] >> shift);
          rgb[target + 1] = (byte) (line[grey ? at : at + 1] >> shift);
          rgb[target + 2] = (byte) (line[grey ? at : at + 2] >> shift);
        }
      }
    }
    return new Picture(width, height, rgb);
  }
}
