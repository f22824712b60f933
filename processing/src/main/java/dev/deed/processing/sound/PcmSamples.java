package dev.deed.processing.sound;

import dev.deed.checkpoint.Interruption;
import java.nio.ByteBuffer;

/** Samples that lie in a part of a file as they are. */
final class PcmSamples {
  private static final int BLOCK = 1 << 12;

  private PcmSamples() {}

  /**
   * Mixes all of them to one channel.
   *
   * @param data whole frames, and perhaps a part of one, which is left out
   */
  static void decode(
      PcmFormat format,
      ByteBuffer data,
      SoundLimits limits,
      Interruption interruption,
      SampleSink out)
      throws BadSoundException {
    int frames = data.remaining() / format.frameBytes();
    limits.check(format.rate(), format.channels(), frames);
    double[] mono = new double[BLOCK];
    for (int done = 0; done < frames; done += BLOCK) {
      interruption.check();
      int count = Math.min(BLOCK, frames - done);
      format.mix(data, count, mono);
      out.add(mono, count);
    }
    out.end();
  }
}
