package dev.deed.processing;

import dev.deed.checkpoint.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Decodes PNG, JPEG, GIF (first frame) and BMP into upright RGB, the way Pillow's {@code
 * convert("RGB")} after {@code ImageOps.exif_transpose} does: alpha is dropped, not blended; grey
 * is repeated; a palette is looked up; colour profiles and gamma are left alone. 16-bit samples
 * keep their high byte. Decoded PNGs equal Pillow's byte for byte; JPEG decoders differ by a few
 * levels. Immutable, safe for use from many threads.
 */
public final class PictureReader {
  private final PictureLimits limits;

  /** A reader with {@link PictureLimits#DEFAULT}. */
  public PictureReader() {
    this(PictureLimits.DEFAULT);
  }

  public PictureReader(PictureLimits limits) {
    this.limits = limits;
  }

  /**
   * Decodes a file.
   *
   * @throws InputException when the file cannot be read, is over a limit, no picture of a known
   *     format, or damaged
   */
  public Picture read(Path file) {
    byte[] encoded;
    try (InputStream in = Files.newInputStream(file)) {
      encoded = in.readNBytes((int) limits.maxBytes() + 1);
    } catch (NoSuchFileException e) {
      throw new InputException("picture " + file, "there is no such file", "check the path");
    } catch (IOException e) {
      throw new InputException(
          "picture " + file, "cannot be read: " + e.getMessage(), "check the path");
    }
    return decode("picture " + file, encoded);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name what an error message calls the picture
   * @throws InputException when the bytes are over a limit, no picture of a known format, or
   *     damaged
   */
  public Picture decode(String name, byte[] encoded) {
    try {
      if (encoded.length > limits.maxBytes()) {
        throw new BadPictureException(
            "more than the %d bytes allowed".formatted(limits.maxBytes()), "give a smaller file");
      }
      if (PngDecoder.isPng(encoded)) {
        PngDecoder.Decoded png = PngDecoder.decode(encoded, limits);
        return ExifOrientation.of(png.exif()).upright(png.picture());
      }
      return ExifOrientation.ofJpeg(encoded).upright(RasterDecoder.decode(encoded, limits));
    } catch (BadPictureException e) {
      throw new InputException(name, e.getMessage(), e.whatToDo());
    }
  }
}
