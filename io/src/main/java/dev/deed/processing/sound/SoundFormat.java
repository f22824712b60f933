package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.PcmFormat.Coding;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/** Who reads a file, told by its first bytes. */
enum SoundFormat {
  /** WAVs whose samples are neither numbers nor G.711's: their head says so at once. */
  CODED_WAV("RIFF.{4}WAVEfmt .{4}(?![\\01\\03\\06\\07]\\00|\\xfe\\xff)..", Ffmpeg::seeking),
  WAV(
      "(RIFF|RF64).{4}WAVE",
      (file, limits, interruption, output) ->
          WavFile.decode(file.all(), limits, interruption, output)),
  AU(
      "\\.snd",
      (file, limits, interruption, output) ->
          AuFile.decode(file.all(), limits, interruption, output)),
  /** Pages, whose last one says by its length whether it is whole. */
  OGG("OggS", OggFile::decode),
  /** Matroska, ADTS, FLAC and AMR: read from the beginning to the end. */
  STREAM("\\x1a\\x45\\xdf\\xa3|\\xff[\\xf0\\xf1\\xf8\\xf9]|fLaC|#!AMR", Ffmpeg::streaming),
  /** MP4, whose index may stand at its end; MP3, whose length tells what it lacks; others. */
  OTHER("", Ffmpeg::seeking);

  /** Turns a file into samples of one channel. */
  @FunctionalInterface
  interface Decoder {
    /**
     * Decodes a file, and tells the end of its samples.
     *
     * @param output where samples go once their rate is known
     * @param limits checked before anything is allocated, and while samples come
     * @return as {@link Waveform#missing}
     */
    double decode(
        EncodedSound file,
        SoundLimits limits,
        Interruption interruption,
        IntFunction<SampleSink> output);
  }

  /** Bytes of the longest signature. */
  private static final int LONGEST = 22;

  /** Of the first bytes, each as a character of Latin-1. */
  private final Pattern signature;

  private final Decoder decoder;

  SoundFormat(String signature, Decoder decoder) {
    this.signature = Pattern.compile(signature, Pattern.DOTALL);
    this.decoder = decoder;
  }

  static SoundFormat of(EncodedSound file) {
    String head = new String(file.head(LONGEST), StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> format.signature.matcher(head).lookingAt())
        .findFirst()
        .orElse(OTHER);
  }

  Decoder decoder() {
    return decoder;
  }

  /** Ogg (RFC 3533): {@code ffmpeg} reads it, and says nothing where it ends within a page. */
  private static final class OggFile {
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

  /**
   * AU, of Sun and NeXT: six numbers of four bytes, larger ones first, of which the second says
   * where the samples begin.
   */
  private static final class AuFile {
    private static final int HEADER = 24;

    /** What pipes write for a length that is not known. */
    private static final int NOT_KNOWN = -1;

    private AuFile() {}

    static double decode(
        byte[] file,
        SoundLimits limits,
        Interruption interruption,
        IntFunction<SampleSink> output) {
      BadSound.truncatedIf(file.length < HEADER);
      ByteBuffer header = ByteBuffer.wrap(file);
      int begin = header.getInt(4);
      BadSound.damagedIf(begin < HEADER, "its header has " + begin + " bytes");
      BadSound.truncatedIf(begin > file.length);
      int coding = header.getInt(12);
      long rate = header.getInt(16) & 0xffff_ffffL;
      long channels = header.getInt(20) & 0xffff_ffffL;
      limits.check(rate, channels, 0);
      PcmFormat format =
          switch (coding) {
            case 1 -> format(rate, channels, Coding.MU_LAW, 1);
            case 2, 3, 4, 5 -> format(rate, channels, Coding.SIGNED, coding - 1);
            case 6, 7 -> format(rate, channels, Coding.FLOAT, coding == 6 ? 4 : 8);
            case 27 -> format(rate, channels, Coding.A_LAW, 1);
            default ->
                throw BadSound.unsupported(
                    "the AU holds samples of kind " + coding, "convert it to PCM of 16 bits");
          };
      int there = file.length - begin;
      int size = header.getInt(8);
      long length = size == NOT_KNOWN ? there : size & 0xffff_ffffL;
      ByteArrayInputStream samples = new ByteArrayInputStream(file, begin, there);
      SampleSink out = output.apply(format.rate());
      long frames = format.decode(samples, Math.min(length, there), limits, interruption, out);
      return (format.frames(length) - frames) / (double) format.rate();
    }

    private static PcmFormat format(long rate, long channels, Coding coding, int bytes) {
      return new PcmFormat((int) rate, (int) channels, coding, bytes, ByteOrder.BIG_ENDIAN);
    }
  }
}
