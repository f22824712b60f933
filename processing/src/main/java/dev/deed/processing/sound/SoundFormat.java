package dev.deed.processing.sound;

import dev.deed.files.Interruption;
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
}
