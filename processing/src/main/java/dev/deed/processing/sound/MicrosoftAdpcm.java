package dev.deed.processing.sound;

import java.nio.ByteBuffer;

/**
 * Microsoft's ADPCM (Multimedia Data Standards Update, 1994). A block begins with the number of a
 * predictor, a step and two samples of each channel; each half of a byte behind that is a sample,
 * of the channels in turn, the upper half first.
 *
 * @param channels 1 or 2
 * @param predictors pairs of coefficients, in units of 1/256
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record MicrosoftAdpcm(int channels, short[] predictors) implements AdpcmFormat.Coding {
  private static final int HEAD = 7;
  private static final int LEAST_STEP = 16;

  /** Larger steps lead from one end of the range to the other. */
  private static final int MOST_STEP = 1 << 20;

  /** What a step is multiplied with after a code, in units of 1/256. */
  private static final int[] FACTORS = {
    230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230
  };

  @Override
  public AdpcmFormat.Block block() {
    return new AdpcmFormat.Block(HEAD * channels, 2, 1, 2 / channels);
  }

  @Override
  public void decode(ByteBuffer block, double[][] samples, int from, int count) {
    for (int channel = 0; channel < channels; channel++) {
      int predictor = block.get(channel) & 0xff;
      BadSound.damagedIf(
          2 * predictor >= predictors.length, "a block names a predictor that there is not");
      long newer = predictors[2 * predictor];
      long older = predictors[2 * predictor + 1];
      int words = channels + 2 * channel;
      int step = block.getShort(words);
      int last = block.getShort(words + 2 * channels);
      int before = block.getShort(words + 4 * channels);
      samples[channel][from] = before / AdpcmFormat.FULL_SCALE;
      samples[channel][from + 1] = last / AdpcmFormat.FULL_SCALE;
      for (int i = 2; i < count; i++) {
        int half = (i - 2) * channels + channel;
        int both = block.get(HEAD * channels + half / 2);
        int code = half % 2 == 0 ? both >> 4 & 0xf : both & 0xf;
        int signed = code << 28 >> 28;
        int predicted = (int) (last * newer + before * older >> 8);
        before = last;
        last = AdpcmFormat.clampTo16Bits(predicted + signed * step);
        step = Math.clamp((long) FACTORS[code] * step >> 8, LEAST_STEP, MOST_STEP);
        samples[channel][from + i] = last / AdpcmFormat.FULL_SCALE;
      }
    }
  }
}
