package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.nio.ByteBuffer;

/** How samples lie in a part of a file. */
interface CodedSamples {
  /** Samples of a channel in a second. */
  int rate();

  /** Samples of each channel in a number of bytes. */
  long frames(long bytes);

  /**
   * Decodes all samples.
   *
   * @param data whole frames or blocks, and perhaps a part of one, of which whole samples count
   */
  void decode(ByteBuffer data, SoundLimits limits, Interruption interruption, SampleSink out);
}
