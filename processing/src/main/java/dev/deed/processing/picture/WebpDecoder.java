package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.util.Arrays;

/**
 * WebP to RGB through libwebp, which Pillow uses too: a decoder of one's own taste may interpolate
 * chroma as it likes, and the samples of a lossy picture then differ by many levels.
 */
final class WebpDecoder {
  /** An optional dependency; docs/embedding.md names it too. */
  static final String LIBRARY = "com.github.usefulness:webp-imageio:0.10.2";

  private WebpDecoder() {}

  static Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    WebpFile webp = WebpFile.read(file);
    BadPicture.checkSize(webp.width(), webp.height(), limits);
    if (PictureReaders.find("webp").isEmpty()) {
      throw BadPicture.unsupported(
          "WebP needs a library that is not on the class path",
          "add " + LIBRARY + ", or save the picture as a PNG");
    }
    try {
      byte[] own = Arrays.copyOf(file, webp.length());
      Picture picture =
          new Codec("webp", own, interruption)
              .read(reader -> PixelRule.rgb(8).read(reader.read(0).getRaster(), interruption));
      return webp.orientation().upright(picture, interruption);
    } catch (OutOfMemoryError e) {
      // So the library passes on a status of libwebp that broken codes cause; the size is checked.
      throw BadPicture.damaged("its codes do not decode");
    }
  }
}
