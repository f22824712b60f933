package dev.deed.processing.sound;

import dev.deed.processing.sound.PcmFormat.Coding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sound of one channel that comes piece by piece, resampled: the samples are those of the whole, as
 * far as they have come. Belongs to one thread.
 */
public final class SoundStream {
  private final PcmFormat format;
  private final SampleCollector collector = new SampleCollector();
  private final SampleSink sink;

  /**
   * @param bytes of a sample: 2 of a whole number, little-endian; 1 of a logarithm (G.711)
   * @param isALaw whether a logarithm is that of A-law, not of µ-law
   * @param to rate of what comes out
   */
  public SoundStream(int rate, int bytes, boolean isALaw, int to) {
    this.format = format(rate, bytes, isALaw);
    this.sink = Resampler.between(rate, to, collector);
  }

  static PcmFormat format(int rate, int bytes, boolean isALaw) {
    Coding logarithm = isALaw ? Coding.A_LAW : Coding.MU_LAW;
    Coding coding = bytes == 1 ? logarithm : Coding.SIGNED;
    return new PcmFormat(rate, 1, coding, bytes, ByteOrder.LITTLE_ENDIAN);
  }

  /** The samples that some more bytes, whole samples, add: −1 to 1. */
  public float[] next(byte[] more) {
    int count = more.length / format.bytes();
    double[][] samples = new double[1][count];
    format.split(ByteBuffer.wrap(more), count, samples);
    sink.add(samples[0], count);
    return collector.newest();
  }
}
