package dev.deed.processing.picture;

import dev.deed.checkpoint.Interruption;
import java.util.Optional;
import java.util.function.Predicate;

/** The formats that are read, told apart by their first bytes. */
enum PictureFormat {
  PNG("image/png", PngDecoder::isPng, PngDecoder::decode),
  JPEG("image/jpeg", JpegFile::is, JpegDecoder::decode),
  TIFF("image/tiff", TiffFile::is, TiffDecoder::decode),
  WEBP("image/webp", WebpFile::is, WebpDecoder::decode),
  GIF("image/gif", GifDecoder::isGif, GifDecoder::decode),
  BMP("image/bmp", BmpDecoder::isBmp, BmpDecoder::decode);

  /** Turns the bytes of a file into a picture that stands upright. */
  @FunctionalInterface
  interface Decoder {
    Picture decode(byte[] file, PictureLimits limits, Interruption interruption)
        throws BadPictureException;
  }

  private final String mediaType;
  private final Predicate<byte[]> signature;
  private final Decoder decoder;

  PictureFormat(String mediaType, Predicate<byte[]> signature, Decoder decoder) {
    this.mediaType = mediaType;
    this.signature = signature;
    this.decoder = decoder;
  }

  static Optional<PictureFormat> of(byte[] file) {
    for (PictureFormat format : values()) {
      if (format.signature.test(file)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What HTTP calls it. */
  String mediaType() {
    return mediaType;
  }

  Picture decode(byte[] file, PictureLimits limits, Interruption interruption)
      throws BadPictureException {
    return decoder.decode(file, limits, interruption);
  }
}
