package dev.deed.model.front.grid;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.WorkerTeam;

/**
 * A 3×3 convolution of each channel by itself, with a bias, added to what goes in: it tells
 * attention behind it where a vector stands (Chu et al. 2021, arXiv 2102.10882). Immutable.
 *
 * @param taps [3, 3, channels]
 * @param bias [channels]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DepthwiseConvolution(float[] taps, float[] bias) {
  private static final int SIDE = 3;

  static void declare(ParameterList parameters, String name, int channels) {
    parameters.add(Names.weight(name), Role.LINEAR, channels, 1, SIDE, SIDE);
    parameters.add(Names.bias(name), Role.BIAS, channels);
  }

  static DepthwiseConvolution read(ParameterSource source, String name) {
    float[] stored = source.tensor(Names.weight(name)).toFloats();
    float[] bias = source.tensor(Names.bias(name)).toFloats();
    float[] taps = new float[stored.length];
    for (int channel = 0; channel < bias.length; channel++) {
      for (int tap = 0; tap < SIDE * SIDE; tap++) {
        taps[tap * bias.length + channel] = stored[channel * SIDE * SIDE + tap];
      }
    }
    return new DepthwiseConvolution(taps, bias);
  }

  /** The grid plus its convolution. */
  FeatureMap apply(FeatureMap grid, WorkerTeam team) {
    float[] values = new float[grid.values().length];
    team.share(
        grid.height(),
        1,
        (first, end) -> {
          for (int y = first; y < end; y++) {
            row(grid, y, values);
          }
        });
    return new FeatureMap(values, grid.height(), grid.width(), grid.channels());
  }

  private void row(FeatureMap grid, int y, float[] values) {
    int channels = grid.channels();
    int row = y * grid.width() * channels;
    for (int x = 0; x < grid.width(); x++) {
      int at = row + x * channels;
      for (int c = 0; c < channels; c++) {
        values[at + c] = grid.values()[at + c] + bias[c];
      }
    }
    for (int dy = -1; dy <= 1; dy++) {
      if (y + dy >= 0 && y + dy < grid.height()) {
        int from = row + dy * grid.width() * channels;
        addRow(grid.values(), from, (dy + 1) * SIDE * channels, values, row, grid.width());
      }
    }
  }

  /**
   * Adds what one row of pixels gives to a row of outputs.
   *
   * @param tap where the three taps of that row begin
   */
  private void addRow(float[] pixels, int from, int tap, float[] values, int to, int width) {
    int channels = bias.length;
    for (int x = 0; x < width; x++) {
      int at = x * channels;
      if (x > 0 && x < width - 1) {
        addThree(pixels, from + at - channels, tap, values, to + at);
        continue;
      }
      for (int dx = Math.max(-1, -x); dx <= Math.min(1, width - 1 - x); dx++) {
        int pixel = from + at + dx * channels;
        int own = tap + (dx + 1) * channels;
        for (int c = 0; c < channels; c++) {
          values[to + at + c] += taps[own + c] * pixels[pixel + c];
        }
      }
    }
  }

  /** Pixel by pixel in the order of the taps, as {@link #addRow} adds at the edges. */
  private void addThree(float[] pixels, int from, int tap, float[] values, int to) {
    int channels = bias.length;
    for (int c = 0; c < channels; c++) {
      values[to + c] =
          values[to + c]
              + taps[tap + c] * pixels[from + c]
              + taps[tap + channels + c] * pixels[from + channels + c]
              + taps[tap + 2 * channels + c] * pixels[from + 2 * channels + c];
    }
  }
}
