package dev.deed.processing.sound;

import java.nio.ByteBuffer;

/**
 * ADPCM of the Interactive Multimedia Association (Recommended Practices for Enhancing Digital
 * Audio Compatibility in Multimedia Systems, 1992) as WAVs hold it. A block begins with a sample
 * and the place in the table of steps of each channel; groups have four bytes of each channel,
 * whose lower halves come first.
 */
record ImaAdpcm(int channels) implements AdpcmFormat.Coding {
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

  @Override
  public AdpcmFormat.Block block() {
    return new AdpcmFormat.Block(WORD * channels, 1, WORD * channels, GROUP);
  }

  @Override
  public void decode(ByteBuffer block, double[][] samples, int from, int count) {
    for (int channel = 0; channel < channels; channel++) {
      int sample = block.getShort(WORD * channel);
      int place = block.get(WORD * channel + 2) & 0xff;
      BadSound.damagedIf(place >= STEPS.length, "a block begins with a step that there is not");
      samples[channel][from] = sample / AdpcmFormat.FULL_SCALE;
      for (int i = 1; i < count; i++) {
        int before = i - 1;
        int word = WORD * channels + (before / GROUP * channels + channel) * WORD;
        int both = block.get(word + before % GROUP / 2);
        int code = before % 2 == 0 ? both & 0xf : both >> 4 & 0xf;
        sample = AdpcmFormat.clampTo16Bits(sample + difference(code, STEPS[place]));
        place = Math.clamp(place + MOVES[code & 7], 0, STEPS.length - 1);
        samples[channel][from + i] = sample / AdpcmFormat.FULL_SCALE;
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
