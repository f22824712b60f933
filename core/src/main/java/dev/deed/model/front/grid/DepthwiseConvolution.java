package dev.deed.model.front.grid;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

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
    parameters.convolution(name, true, channels, 1, SIDE, SIDE);
  }

  static DepthwiseConvolution read(ParameterSource source, String name) {
    float[] stored = source.weight(name);
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

  /** One row of outputs, the taps in their order. */
  private void row(FeatureMap grid, int y, float[] values) {
    Kernels kernels = KernelChoice.kernels();
    float[] pixels = grid.values();
    int channels = grid.channels();
    int width = grid.width();
    int row = y * width * channels;
    System.arraycopy(pixels, row, values, row, width * channels);
    for (int x = 0; x < width; x++) {
      int to = row + x * channels;
      kernels.add(values, to, bias, 0, channels);
      for (int dy = Math.max(-1, -y); dy <= Math.min(1, grid.height() - 1 - y); dy++) {
        for (int dx = Math.max(-1, -x); dx <= Math.min(1, width - 1 - x); dx++) {
          int from = to + (dy * width + dx) * channels;
          int tap = ((dy + 1) * SIDE + dx + 1) * channels;
          kernels.addProducts(values, to, pixels, from, taps, tap, channels);
        }
      }
    }
  }
}
