package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Samples of four bits in WAVs: blocks that begin with where each channel stands, which the samples
 * behind it go on from.
 *
 * @param blockBytes of one block
 */
record AdpcmFormat(int rate, int channels, int blockBytes, Coding coding) implements CodedSamples {
  private static final int BATCH = 1 << 12;
  static final double FULL_SCALE = 1 << 15;

  /** How samples lie in a block, and how they are decoded. */
  interface Coding {
    Block block();

    /**
     * Decodes the samples of all channels.
     *
     * @param block from its first byte on
     * @param samples gets those of each channel, −1 to 1
     * @param from where they go
     * @param count of each, at least one
     */
    void decode(ByteBuffer block, double[][] samples, int from, int count);
  }

  /**
   * A head, and groups of samples of all channels.
   *
   * @param headSamples of each channel
   * @param groupSamples of each channel
   */
  record Block(int headBytes, int headSamples, int groupBytes, int groupSamples) {
    /** Samples of each channel in a block, or in a part of one. */
    int samples(int bytes) {
      int behind = bytes - headBytes;
      return behind < 0 ? 0 : headSamples + behind / groupBytes * groupSamples;
    }
  }

  /**
   * @throws InputException when a block holds nothing but its head
   */
  AdpcmFormat {
    BadSound.damagedIf(
        blockBytes < coding.block().headBytes() + coding.block().groupBytes(),
        "blocks of %d bytes are too small for %d channels".formatted(blockBytes, channels));
  }

  @Override
  public long frames(long bytes) {
    Block block = coding.block();
    return bytes / blockBytes * block.samples(blockBytes)
        + block.samples((int) (bytes % blockBytes));
  }

  @Override
  public void decode(
      ByteBuffer data, SoundLimits limits, Interruption interruption, SampleSink out) {
    limits.check(rate, channels, frames(data.remaining()));
    double[][] samples = new double[channels][BATCH + coding.block().samples(blockBytes)];
    int ready = 0;
    for (int at = 0; at < data.limit(); at += blockBytes) {
      interruption.check();
      int bytes = Math.min(blockBytes, data.limit() - at);
      int count = coding.block().samples(bytes);
      if (count > 0) {
        coding.decode(data.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN), samples, ready, count);
        ready += count;
      }
      if (ready >= BATCH) {
        out.add(samples, ready);
        ready = 0;
      }
    }
    out.add(samples, ready);
    out.end();
  }

  static int clampTo16Bits(int sample) {
    return Math.clamp(sample, Short.MIN_VALUE, Short.MAX_VALUE);
  }
}
