package dev.deed.processing.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A decoder of ImageIO, called so that whatever it does with broken data ends in one error. */
final class Codec {
  private final String format;
  private final byte[] file;

  /** What is asked of a reader that has its input. */
  @FunctionalInterface
  interface Request {
    Picture of(ImageReader reader) throws IOException, BadPictureException;
  }

  /**
   * @param format the name that ImageIO has for it; readers are not looked for by content, for some
   *     take whatever they are given
   */
  Codec(String format, byte[] file) {
    this.format = format;
    this.file = file;
  }

  Picture read(Request request) throws BadPictureException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw notHere();
    }
    ImageReader reader = readers.next();
    // A memory stream of its own: ImageIO's default caches in a file, and switching that off is
    // global state.
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(stream, true, true);
      return request.of(reader);
    } catch (IOException | RuntimeException e) {
      // Decoders meet broken data with all sorts of unchecked exceptions.
      throw BadPictureException.damaged(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("no detail"));
    } catch (LinkageError e) {
      throw notHere();
    } finally {
      reader.dispose();
    }
  }

  /** Native code is missing on this platform. */
  private BadPictureException notHere() {
    return new BadPictureException(
        format.toUpperCase(Locale.ROOT) + " cannot be decoded on this platform",
        "save the picture as a PNG");
  }
}
