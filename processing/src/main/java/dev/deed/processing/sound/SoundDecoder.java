package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.util.function.IntFunction;

/** Turns the bytes of a file into samples of one channel. */
@FunctionalInterface
interface SoundDecoder {
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
