package dev.deed.model.front.grid;

import dev.deed.model.spec.EncoderInput.Values;

/**
 * A picture, or what convolutions or projected patches made of one, its channels side by side as
 * products leave them.
 *
 * @param values [height, width, channels]
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record FeatureMap(float[] values, int height, int width, int channels) {
  /** The pixels of an input, [channels, height, width]. */
  public static FeatureMap of(Values pixels) {
    int channels = pixels.shape().getFirst();
    float[] values = new float[pixels.numbers().length];
    channelsLast(pixels.numbers(), channels, values);
    return new FeatureMap(values, pixels.shape().get(1), pixels.shape().getLast(), channels);
  }

  /** [channels, positions] to [positions, channels]. */
  public static void channelsLast(float[] from, int channels, float[] target) {
    int positions = from.length / channels;
    for (int channel = 0; channel < channels; channel++) {
      for (int position = 0; position < positions; position++) {
        target[position * channels + channel] = from[channel * positions + position];
      }
    }
  }

  public int positions() {
    return height * width;
  }
}
