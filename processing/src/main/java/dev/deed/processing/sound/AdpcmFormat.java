package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Samples of four bits in WAVs: blocks that begin with where each channel stands, which the samples
 * behind it go on from.
 *
 * @param blockBytes of one block
 */
record AdpcmFormat(int rate, int channels, int blockBytes, Coding coding) implements CodedSamples {
  private static final int BATCH = 1 << 12;
  private static final double FULL_SCALE = 1 << 15;

  /** What is in a block: a head, and groups of samples of all channels. */
  interface Coding {
    int headBytes();

    /** Samples of each channel. */
    int headSamples();

    int groupBytes();

    /** Samples of each channel. */
    int groupSamples();

    /**
     * Adds up the samples of all channels.
     *
     * @param block from its first byte on
     * @param sums gets as many samples of 16 bits from each channel as it has room for
     */
    void add(ByteBuffer block, int[] sums);
  }

  /**
   * @throws InputException when a block holds nothing but its head
   */
  static AdpcmFormat of(int rate, int channels, int blockBytes, Coding coding) {
    if (blockBytes < coding.headBytes() + coding.groupBytes()) {
      throw BadSound.damaged(
          "blocks of %d bytes are too small for %d channels".formatted(blockBytes, channels));
    }
    return new AdpcmFormat(rate, channels, blockBytes, coding);
  }

  @Override
  public long frames(long bytes) {
    return bytes / blockBytes * inBlock(blockBytes) + inBlock((int) (bytes % blockBytes));
  }

  /** Samples of each channel in a block, or in a part of one. */
  private int inBlock(int bytes) {
    int behind = bytes - coding.headBytes();
    return behind < 0
        ? 0
        : coding.headSamples() + behind / coding.groupBytes() * coding.groupSamples();
  }

  @Override
  public void decode(
      ByteBuffer data, SoundLimits limits, Interruption interruption, SampleSink out) {
    limits.check(rate, channels, frames(data.remaining()));
    double[] mono = new double[BATCH + inBlock(blockBytes)];
    int ready = 0;
    int[] sums = new int[0];
    for (int at = 0; at < data.limit(); at += blockBytes) {
      interruption.check();
      int bytes = Math.min(blockBytes, data.limit() - at);
      if (sums.length != inBlock(bytes)) {
        sums = new int[inBlock(bytes)];
      }
      Arrays.fill(sums, 0);
      if (sums.length > 0) {
        coding.add(data.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN), sums);
      }
      for (int sum : sums) {
        mono[ready++] = sum / (FULL_SCALE * channels);
      }
      if (ready >= BATCH) {
        out.add(mono, ready);
        ready = 0;
      }
    }
    out.add(mono, ready);
    out.end();
  }

  static int clampTo16Bits(int sample) {
    return Math.clamp(sample, Short.MIN_VALUE, Short.MAX_VALUE);
  }
}
