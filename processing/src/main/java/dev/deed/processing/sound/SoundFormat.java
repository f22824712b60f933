package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/** The formats that are read, told apart by their first bytes. */
enum SoundFormat {
  WAV("(RIFF|RF64).{4}WAVE", WavFile::decode),
  FLAC("fLaC", FlacFile::decode),
  /** Notes, which the JDK would play for as long as they say. */
  MIDI(
      "MThd|RIFF.{4}RMID",
      (file, limits, interruption, output) -> {
        throw BadSound.unsupported("it holds notes, no samples", SoundReader.ADVICE);
      }),
  /** Ogg, Matroska, MP4, MP3 and ADTS, which {@code deed-sound} decodes. */
  COMPRESSED("OggS|\\x1a\\x45\\xdf\\xa3|.{4}ftyp|ID3|\\xff[\\xe0-\\xff]", ProvidedSound::decode),
  /** Whatever the JDK and the libraries beside it know. */
  OTHER("", ProvidedSound::decode);

  /** Turns the bytes of a file into samples of one channel. */
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
        byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output);
  }

  /** Bytes of the longest signature. */
  private static final int LONGEST = 12;

  /** Of the first bytes, each as a character of Latin-1. */
  private final Pattern signature;

  private final Decoder decoder;

  SoundFormat(String signature, Decoder decoder) {
    this.signature = Pattern.compile(signature, Pattern.DOTALL);
    this.decoder = decoder;
  }

  static SoundFormat of(byte[] file) {
    String head = new String(file, 0, Math.min(LONGEST, file.length), StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> format.signature.matcher(head).lookingAt())
        .findFirst()
        .orElse(OTHER);
  }

  Decoder decoder() {
    return decoder;
  }
}
