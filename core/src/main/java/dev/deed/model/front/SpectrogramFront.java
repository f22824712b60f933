package dev.deed.model.front;

import dev.deed.model.Linear;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.Set;

/**
 * A log-mel spectrogram through two convolutions over time, each followed by GELU, the second of
 * stride 2 (Whisper, Radford et al. 2022, arXiv 2212.04356, section 2.2).
 *
 * @param bins rows of the spectrogram
 * @param positions vectors that come out at most: a spectrogram of fewer frames, a multiple of the
 *     stride, gives the first ones, which see nothing behind it
 */
public record SpectrogramFront(int bins, int positions) implements EncoderFront {
  public static final String FIRST = "encoder.convolution_in";
  public static final String SECOND = "encoder.convolution_out";

  private static final int KERNEL = 3;
  private static final int STRIDE = 2;

  /** Rows that are unfolded together: they stay in the cache. */
  private static final int BLOCK = 128;

  public int frames() {
    return STRIDE * positions;
  }

  @Override
  public Set<Part> reads() {
    return Set.of(Part.SPECTROGRAM);
  }

  @Override
  public int mediaPositions() {
    return positions;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.convolution(FIRST, true, stack.width(), bins, KERNEL);
    parameters.convolution(SECOND, true, stack.width(), stack.width(), KERNEL);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Linear first = Linear.read(source, FIRST, true);
    Linear second = Linear.read(source, SECOND, true);
    return (input, pool) -> {
      Values given = input.require(Part.SPECTROGRAM, bins, -1);
      int count = given.shape().getLast();
      boolean fits = count > 0 && count <= frames() && count % STRIDE == 0;
      float[] spectrogram =
          (fits ? given : input.require(Part.SPECTROGRAM, bins, frames())).numbers();
      float[] inner = convolve(framesFirst(spectrogram, count), 1, first, pool);
      return Embedded.of(convolve(inner, STRIDE, second, pool), second.outputs());
    };
  }

  /** [bins, frames] to [frames, bins]. */
  private float[] framesFirst(float[] spectrogram, int frames) {
    float[] turned = new float[spectrogram.length];
    for (int frame = 0; frame < frames; frame++) {
      for (int bin = 0; bin < bins; bin++) {
        turned[frame * bins + bin] = spectrogram[bin * frames + frame];
      }
    }
    return turned;
  }

  /** [frames, channels] to [frames / stride, outputs], some rows at a time. */
  private static float[] convolve(float[] x, int stride, Linear product, ThreadPool pool) {
    int inputs = product.weight().inputs();
    int rows = x.length / (inputs / KERNEL) / stride;
    float[] y = new float[Math.multiplyExact(rows, product.outputs())];
    pool.run(
        Math.ceilDiv(rows, BLOCK),
        block -> {
          int first = block * BLOCK;
          int count = Math.min(BLOCK, rows - first);
          float[] patches = new float[count * inputs];
          for (int row = 0; row < count; row++) {
            unfold(x, (first + row) * stride, patches, row * inputs, inputs);
          }
          product.apply(patches, count, y, first, ThreadPool.ALONE);
          KernelChoice.kernels()
              .activate(Activation.GELU, y, first * product.outputs(), count * product.outputs());
        });
    return y;
  }

  /** The patch around a frame, in PyTorch's order: [channels, kernel]; zeros beyond both ends. */
  private static void unfold(float[] x, int frame, float[] patches, int to, int inputs) {
    int channels = inputs / KERNEL;
    for (int tap = 0; tap < KERNEL; tap++) {
      int from = (frame + tap - KERNEL / 2) * channels;
      if (from >= 0 && from < x.length) {
        for (int channel = 0; channel < channels; channel++) {
          patches[to + channel * KERNEL + tap] = x[from + channel];
        }
      }
    }
  }
}
