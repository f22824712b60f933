package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Ogg (RFC 3533): {@code ffmpeg} reads it, and says nothing where it ends within a page. */
final class OggFile {
  private static final int HEAD = 27;
  private static final int MOST_SEGMENTS = 255;

  /** Of a page of as many segments of 255 bytes as it may have. */
  private static final int LONGEST_PAGE = HEAD + MOST_SEGMENTS + MOST_SEGMENTS * 255;

  private OggFile() {}

  static double decode(
      EncodedSound file,
      SoundLimits limits,
      Interruption interruption,
      IntFunction<SampleSink> output) {
    double missing = Ffmpeg.streaming(file, limits, interruption, output);
    return missing == 0 && endsWithinPage(file.tail(LONGEST_PAGE)) ? Double.NaN : missing;
  }

  /**
   * @param tail of the file, at least its last page
   */
  private static boolean endsWithinPage(byte[] tail) {
    int at = new String(tail, StandardCharsets.ISO_8859_1).lastIndexOf("OggS");
    if (at < 0 || at + HEAD > tail.length) {
      return true;
    }
    int content = at + HEAD + (tail[at + HEAD - 1] & 0xff);
    int end = content;
    for (int segment = at + HEAD; segment < Math.min(content, tail.length); segment++) {
      end += tail[segment] & 0xff;
    }
    return end > tail.length;
  }
}
