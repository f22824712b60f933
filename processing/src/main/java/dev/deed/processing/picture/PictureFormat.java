package dev.deed.processing.picture;

import java.util.Optional;
import java.util.function.Predicate;

/** The formats that are read, told apart by their first bytes. */
enum PictureFormat {
  PNG(PngDecoder::isPng, PngDecoder::decode),
  JPEG(JpegFile::is, JpegDecoder::decode),
  TIFF(TiffFile::is, TiffDecoder::decode),
  WEBP(WebpFile::is, WebpDecoder::decode),
  GIF(GifDecoder::isGif, GifDecoder::decode),
  BMP(BmpDecoder::isBmp, BmpDecoder::decode);

  /** Turns the bytes of a file into a picture that stands upright. */
  @FunctionalInterface
  interface Decoder {
    Picture decode(byte[] file, PictureLimits limits) throws BadPictureException;
  }

  private final Predicate<byte[]> signature;
  private final Decoder decoder;

  PictureFormat(Predicate<byte[]> signature, Decoder decoder) {
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

  Picture decode(byte[] file, PictureLimits limits) throws BadPictureException {
    return decoder.decode(file, limits);
  }
}
