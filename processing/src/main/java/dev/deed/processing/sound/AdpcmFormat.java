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
  private static final double FULL_SCALE = 1 << 15;

  /** How samples lie in a block, and how they are decoded. */
  interface Coding {
    Block block();

    /**
     * Adds up the samples of all channels.
     *
     * @param block from its first byte on
     * @param sums gets as many samples of 16 bits from each channel as it has room for
     */
    void add(ByteBuffer block, int[] sums);
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
    double[] mono = new double[BATCH + coding.block().samples(blockBytes)];
    int ready = 0;
    for (int at = 0; at < data.limit(); at += blockBytes) {
      interruption.check();
      int bytes = Math.min(blockBytes, data.limit() - at);
      int[] sums = new int[coding.block().samples(bytes)];
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
