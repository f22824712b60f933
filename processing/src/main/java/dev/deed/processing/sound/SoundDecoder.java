package dev.deed.processing.sound;

import dev.deed.files.Interruption;

/** Turns the bytes of a file into samples of one channel. */
@FunctionalInterface
interface SoundDecoder {
  /** Where samples go once their rate is known. */
  @FunctionalInterface
  interface Output {
    SampleSink at(int rate);
  }

  /**
   * Decodes a file, and tells the end of its samples.
   *
   * @param limits checked before anything is allocated, and while samples come
   * @return as {@link Waveform#missing}
   */
  double decode(byte[] file, SoundLimits limits, Interruption interruption, Output output);
}
