package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoder of ImageIO, called so that whatever it does with broken data ends in one error.
 *
 * @param format the name that ImageIO has for it; readers are not looked for by content, for some
 *     take whatever they are given
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record Codec(String format, byte[] file, Interruption interruption) {
  /**
   * Parts of warnings by libjpeg in the JDK, by TwelveMonkeys' TIFF reader, by the JDK's of GIF.
   */
  private static final List<String> MISSING =
      List.of("premature end of", "Premature end of", "Truncated File", "Out-of-sequence code");

  /** What is asked of a reader that has its input. */
  @FunctionalInterface
  interface Request {
    Picture of(ImageReader reader) throws IOException;
  }

  Picture read(Request request) {
    ImageReader reader = PictureReaders.find(format).orElseThrow(this::notHere);
    try (MemoryCacheImageInputStream stream = stream()) {
      reader.setInput(stream, true, true);
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Picture picture = request.of(reader);
      // Decoders make up what is missing. Other warnings are of what Pillow passes over too.
      BadPicture.truncatedIf(
          warnings.stream().anyMatch(warning -> MISSING.stream().anyMatch(warning::contains)));
      return picture;
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      interruption.check();
      // Decoders meet broken data with all sorts of unchecked exceptions.
      throw BadPicture.damaged(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("no detail"));
    } catch (LinkageError e) {
      throw notHere();
    } finally {
      reader.dispose();
    }
  }

  /**
   * A memory stream: ImageIO's default caches in a file, and switching that off is global state.
   * Readers take a few kilobytes at a time, and end their work when nobody wants it any more.
   */
  private MemoryCacheImageInputStream stream() {
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(file)) {
      @Override
      public int read(byte[] bytes, int at, int length) throws IOException {
        interruption.check();
        return super.read(bytes, at, length);
      }
    };
  }

  /** Native code is missing on this platform. */
  private InputException notHere() {
    return BadPicture.unsupported(
        format.toUpperCase(Locale.ROOT) + " cannot be decoded on this platform",
        "save the picture as a PNG");
  }
}
