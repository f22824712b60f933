package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** The formats that are read, told apart by their first bytes. */
enum PictureFormat {
  PNG("image/png", "\\x89PNG\\r\\n\\x1a\\n", PngDecoder::decode),
  JPEG("image/jpeg", "\\xff\\xd8\\xff", JpegDecoder::decode),
  TIFF("image/tiff", "II[*+]\\x00|MM\\x00[*+]", TiffFile::decode),
  WEBP("image/webp", "RIFF.{4}WEBP", WebpFile::decode),
  GIF("image/gif", "GIF8[79]a", GifDecoder::decode),
  BMP("image/bmp", "BM", BmpDecoder::decode);

  /** Bytes of the longest signature. */
  private static final int LONGEST = 12;

  /** Turns the bytes of a file into a picture that stands upright. */
  @FunctionalInterface
  interface Decoder {
    Picture decode(byte[] file, PictureLimits limits, Interruption interruption);
  }

  private final String mediaType;

  /** Of the first bytes, each as a character of Latin-1. */
  private final Pattern signature;

  private final Decoder decoder;

  PictureFormat(String mediaType, String signature, Decoder decoder) {
    this.mediaType = mediaType;
    this.signature = Pattern.compile(signature, Pattern.DOTALL);
    this.decoder = decoder;
  }

  static Optional<PictureFormat> of(byte[] file) {
    String head = new String(file, 0, Math.min(LONGEST, file.length), StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> format.signature.matcher(head).lookingAt())
        .findFirst();
  }

  String mediaType() {
    return mediaType;
  }

  Picture decode(byte[] file, PictureLimits limits, Interruption interruption) {
    return decoder.decode(file, limits, interruption);
  }
}
