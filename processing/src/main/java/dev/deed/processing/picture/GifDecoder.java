package dev.deed.processing.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;

/** GIF to RGB: the first frame, on the canvas of the whole animation. */
final class GifDecoder {
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;

  private GifDecoder() {}

  static boolean isGif(byte[] file) {
    return file.length >= 6
        && file[0] == 'G'
        && file[1] == 'I'
        && file[2] == 'F'
        && file[3] == '8'
        && (file[4] == '7' || file[4] == '9')
        && file[5] == 'a';
  }

  static Picture decode(byte[] file, PictureLimits limits) throws BadPictureException {
    Frame frame = Frame.find(file);
    int width = Math.max(frame.canvasWidth, frame.x + frame.width);
    int height = Math.max(frame.canvasHeight, frame.y + frame.height);
    BadPictureException.checkSize(frame.width, frame.height, limits);
    BadPictureException.checkSize(width, height, limits);
    return new Codec("gif", file)
        .read(
            reader -> {
              BufferedImage image = reader.read(0);
              PixelRule rule = rule(image.getColorModel());
              Picture picture = rule.read(image.getRaster());
              return width == frame.width && height == frame.height
                  ? picture
                  : place(picture, frame, width, height, rule);
            });
  }

  private static PixelRule rule(ColorModel colours) {
    return colours instanceof IndexColorModel palette ? PixelRule.palette(palette) : PixelRule.GREY;
  }

  /** What the frame leaves free has its transparent colour, else the first of its palette. */
  private static Picture place(
      Picture picture, Frame frame, int width, int height, PixelRule rule) {
    int[] background = {frame.background};
    byte[] rgb = new byte[3 * width * height];
    for (int pixel = 0; pixel < width * height; pixel++) {
      rule.write(background, 0, rgb, 3 * pixel);
    }
    for (int y = 0; y < frame.height; y++) {
      System.arraycopy(
          picture.rgb(),
          3 * y * frame.width,
          rgb,
          3 * ((frame.y + y) * width + frame.x),
          3 * frame.width);
    }
    return new Picture(width, height, rgb);
  }

  /** Where the first frame lies. */
  private record Frame(
      int canvasWidth, int canvasHeight, int x, int y, int width, int height, int background) {

    static Frame find(byte[] file) throws BadPictureException {
      try {
        int background = 0;
        int at = 13 + palette(file, 10);
        while ((file[at] & 0xff) != IMAGE) {
          if ((file[at] & 0xff) != EXTENSION) {
            throw BadPictureException.damaged("it has no frame");
          }
          if ((file[at + 1] & 0xff) == GRAPHIC_CONTROL && (file[at + 3] & 1) != 0) {
            background = file[at + 6] & 0xff;
          }
          at = afterBlocks(file, at + 2);
        }
        // Walked for its own sake: a decoder makes up what is missing and reports nothing.
        afterBlocks(file, at + 11 + palette(file, at + 9));
        return new Frame(
            int16(file, 6),
            int16(file, 8),
            int16(file, at + 1),
            int16(file, at + 3),
            int16(file, at + 5),
            int16(file, at + 7),
            background);
      } catch (ArrayIndexOutOfBoundsException e) {
        throw BadPictureException.truncated();
      }
    }

    /** The offset behind a run of blocks, each with its length in front, the last one empty. */
    private static int afterBlocks(byte[] file, int first) {
      int at = first;
      while (file[at] != 0) {
        at += 1 + (file[at] & 0xff);
      }
      return at + 1;
    }

    /** Bytes of the palette that the flags at an offset announce. */
    private static int palette(byte[] file, int flags) {
      return (file[flags] & 0x80) == 0 ? 0 : 3 << (file[flags] & 7) + 1;
    }

    private static int int16(byte[] file, int at) {
      return file[at] & 0xff | (file[at + 1] & 0xff) << 8;
    }
  }
}
