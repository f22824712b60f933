package dev.deed.processing.picture;

import com.twelvemonkeys.imageio.util.ProgressListenerBase;
import dev.deed.files.Interruption;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * GIF to RGB: the first frame, on the canvas of the whole animation. The JDK's reader warns of
 * codes that are out of order, and fills up what is missing, which the progress that it tells of
 * shows.
 */
final class GifDecoder {
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;

  /** Pixels of one code, at most, and codes of a byte. */
  private static final long MOST_PIXELS_PER_BYTE = 4096 * 8 / 3;

  private GifDecoder() {}

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    Frame frame = Frame.find(file);
    int width = Math.max(frame.canvasWidth, frame.x + frame.width);
    int height = Math.max(frame.canvasHeight, frame.y + frame.height);
    BadPicture.checkSize(frame.width, frame.height, limits);
    BadPicture.checkSize(width, height, limits);
    // Too few codes for the pixels: told before their memory is taken.
    BadPicture.truncatedIf(frame.width * frame.height / MOST_PIXELS_PER_BYTE > file.length);
    byte[] rgb = new byte[3 * width * height];
    for (int at = 0; at < rgb.length && width * height > frame.width * frame.height; at += 3) {
      frame.colour(file, frame.background, rgb, at);
    }
    return new Codec("gif", file, interruption)
        .read(
            reader -> {
              Raster indices = indices(reader, frame);
              int[] line = new int[frame.width];
              for (int row = 0; row < frame.height; row++) {
                interruption.check();
                indices.getPixels(0, row, frame.width, 1, line);
                int at = 3 * ((frame.y + row) * width + frame.x);
                for (int x = 0; x < frame.width; x++, at += 3) {
                  frame.colour(file, line[x], rgb, at);
                }
              }
              return new Picture(width, height, rgb);
            });
  }

  private static Raster indices(ImageReader reader, Frame frame) throws IOException {
    BadPicture.damagedIf(
        reader.getWidth(0) != frame.width || reader.getHeight(0) != frame.height,
        "its first frame is not told from others");
    float[] percent = {0};
    reader.addIIOReadProgressListener(
        new ProgressListenerBase() {
          @Override
          public void imageProgress(ImageReader source, float done) {
            percent[0] = done;
          }
        });
    Raster indices = reader.read(0).getRaster();
    BadPicture.truncatedIf(percent[0] < 100);
    return indices;
  }

  /**
   * The first frame.
   *
   * @param background index of what it leaves free: its transparent colour, else 0
   * @param palette offset of its colours, or of the whole file's
   * @param colours how many there are; 0: indices are levels of grey
   */
  private record Frame(
      int canvasWidth,
      int canvasHeight,
      int x,
      int y,
      int width,
      int height,
      int background,
      int palette,
      int colours) {

    static Frame find(byte[] file) {
      try {
        int background = 0;
        int at = 13 + palette(file, 10);
        while ((file[at] & 0xff) != IMAGE) {
          BadPicture.damagedIf((file[at] & 0xff) != EXTENSION, "it has no frame");
          if ((file[at + 1] & 0xff) == GRAPHIC_CONTROL && (file[at + 3] & 1) != 0) {
            background = file[at + 6] & 0xff;
          }
          at = afterBlocks(file, at + 2);
        }
        int own = palette(file, at + 9);
        boolean global = own == 0;
        return new Frame(
            int16(file, 6),
            int16(file, 8),
            int16(file, at + 1),
            int16(file, at + 3),
            int16(file, at + 5),
            int16(file, at + 7),
            background,
            global ? 13 : at + 10,
            (global ? palette(file, 10) : own) / 3);
      } catch (ArrayIndexOutOfBoundsException e) {
        throw BadPicture.truncated();
      }
    }

    /** Writes the colour of an index; those beyond the palette are black. */
    void colour(byte[] file, int index, byte[] rgb, int at) {
      for (int c = 0; c < 3; c++) {
        rgb[at + c] =
            colours == 0 ? (byte) index : index < colours ? file[palette + 3 * index + c] : 0;
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
