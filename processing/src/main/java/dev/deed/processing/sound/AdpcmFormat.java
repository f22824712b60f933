package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Samples of four bits in WAVs: ADPCM of the Interactive Multimedia Association (Recommended
 * Practices for Enhancing Digital Audio Compatibility in Multimedia Systems, 1992). A block begins
 * with a sample and the place in the table of steps of each channel, which the samples behind it go
 * on from; groups have four bytes of each channel, whose lower halves come first.
 *
 * @param blockBytes of one block
 */
record AdpcmFormat(int rate, int channels, int blockBytes) implements CodedSamples {
  private static final int BATCH = 1 << 12;
  private static final double FULL_SCALE = 1 << 15;
  private static final int WORD = 4;

  /** Samples of a group, two in a byte. */
  private static final int GROUP = 2 * WORD;

  /** By how many places a code moves on, without its sign. */
  private static final int[] MOVES = {-1, -1, -1, -1, 2, 4, 6, 8};

  private static final int[] STEPS = {
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73,
    80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494,
    544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499,
    2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442,
    11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767
  };

  /**
   * @throws dev.deed.value.InputException when a block holds nothing but its head
   */
  AdpcmFormat {
    BadSound.damagedIf(
        blockBytes < 2 * WORD * channels,
        "blocks of %d bytes are too small for %d channels".formatted(blockBytes, channels));
  }

  @Override
  public long frames(long bytes) {
    return bytes / blockBytes * samples(blockBytes) + samples((int) (bytes % blockBytes));
  }

  /** Samples of each channel in a block, or in a part of one. */
  private int samples(int bytes) {
    int words = bytes / (WORD * channels);
    return words == 0 ? 0 : 1 + (words - 1) * GROUP;
  }

  @Override
  public void decode(
      ByteBuffer data, SoundLimits limits, Interruption interruption, SampleSink out) {
    limits.check(rate, channels, frames(data.remaining()));
    double[][] samples = new double[channels][BATCH + samples(blockBytes)];
    int ready = 0;
    for (int at = 0; at < data.limit(); at += blockBytes) {
      interruption.check();
      int bytes = Math.min(blockBytes, data.limit() - at);
      int count = samples(bytes);
      if (count > 0) {
        decode(data.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN), samples, ready, count);
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

  /** Decodes {@code count} samples of each channel, which go behind {@code from} others. */
  private static void decode(ByteBuffer block, double[][] samples, int from, int count) {
    int channels = samples.length;
    for (int channel = 0; channel < channels; channel++) {
      int sample = block.getShort(WORD * channel);
      int place = block.get(WORD * channel + 2) & 0xff;
      BadSound.damagedIf(place >= STEPS.length, "a block begins with a step that there is not");
      samples[channel][from] = sample / FULL_SCALE;
      for (int i = 1; i < count; i++) {
        int before = i - 1;
        int word = WORD * channels + (before / GROUP * channels + channel) * WORD;
        int both = block.get(word + before % GROUP / 2);
        int code = before % 2 == 0 ? both & 0xf : both >> 4 & 0xf;
        sample =
            Math.clamp(sample + difference(code, STEPS[place]), Short.MIN_VALUE, Short.MAX_VALUE);
        place = Math.clamp(place + MOVES[code & 7], 0, STEPS.length - 1);
        samples[channel][from + i] = sample / FULL_SCALE;
      }
    }
  }

  private static int difference(int code, int step) {
    int size = step >> 3;
    size += (code & 4) == 0 ? 0 : step;
    size += (code & 2) == 0 ? 0 : step >> 1;
    size += (code & 1) == 0 ? 0 : step >> 2;
    return (code & 8) == 0 ? size : -size;
  }
}
