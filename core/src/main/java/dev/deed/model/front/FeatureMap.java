package dev.deed.model.front;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.kernel.KernelChoice;

/**
 * A picture, or what convolutions or projected patches made of one, its channels side by side as
 * products leave them.
 *
 * @param values [height, width, channels]
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record FeatureMap(float[] values, int height, int width, int channels) {
  /** The pixels of an input, [channels, height, width]. */
  public static FeatureMap of(Values pixels) {
    int channels = pixels.shape().getFirst();
    float[] values = new float[pixels.numbers().length];
    channelsLast(pixels.numbers(), channels, values);
    return new FeatureMap(values, pixels.shape().get(1), pixels.shape().getLast(), channels);
  }

  /** [channels, positions] to [positions, channels]. */
  private static void channelsLast(float[] from, int channels, float[] target) {
    int positions = from.length / channels;
    for (int channel = 0; channel < channels; channel++) {
      for (int position = 0; position < positions; position++) {
        target[position * channels + channel] = from[channel * positions + position];
      }
    }
  }

  /**
   * Rows of a convolution's weights with the channels of a place side by side.
   *
   * @param weight [outputs, channels, places]
   * @param inputs channels · places
   */
  public static RowSource channelsLast(Tensor weight, int channels, int inputs) {
    return (first, count, target) -> {
      float[] row = new float[inputs];
      float[] reordered = new float[inputs];
      for (int i = 0; i < count; i++) {
        weight.read((long) (first + i) * inputs, row, 0, inputs);
        channelsLast(row, channels, reordered);
        System.arraycopy(reordered, 0, target, i * inputs, inputs);
      }
    };
  }

  public int positions() {
    return height * width;
  }

  /**
   * Averages over windows, as many each way as given, which may overlap: window i is of the rows
   * (columns) floor(i·n/size) to before ceil((i+1)·n/size).
   */
  public FeatureMap pooled(int size) {
    if (size == height && size == width) {
      return this;
    }
    float[] means = new float[Math.multiplyExact(size * size, channels)];
    for (int y = 0; y < size; y++) {
      int bottom = Math.ceilDiv((y + 1) * height, size);
      for (int x = 0; x < size; x++) {
        int right = Math.ceilDiv((x + 1) * width, size);
        int at = (y * size + x) * channels;
        int count = 0;
        for (int row = y * height / size; row < bottom; row++) {
          for (int column = x * width / size; column < right; column++, count++) {
            int from = (row * width + column) * channels;
            KernelChoice.kernels().add(means, at, values, from, channels);
          }
        }
        KernelChoice.kernels().scale(means, at, channels, 1f / count);
      }
    }
    return new FeatureMap(means, size, size, channels);
  }
}
